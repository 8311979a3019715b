-- Takes a change set into its day, and what it added to the market into the days after it, where it is of an
-- earlier one than others. In: how many listings are on the market now, and how many more than before it. Its
-- publication holds the feed, so one comes after another.
create function property_manager.count_day(p_day date, p_active bigint, p_more bigint, p_counts jsonb)
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.market_days d set active = d.active + p_more where d.day > p_day;
  insert into property_manager.market_days as d (day, active, added, changed, returned, removed)
  select p_day, p.active, coalesce(c.new_properties, 0), coalesce(c.updated_properties, 0),
    coalesce(c.reactivated_properties, 0), coalesce(c.removed_properties, 0)
  from jsonb_to_record(p_counts) c (new_properties bigint, updated_properties bigint,
    reactivated_properties bigint, removed_properties bigint)
  cross join lateral (
    select case when exists (select from property_manager.market_days l where l.day > p_day)
      then coalesce((select e.active from property_manager.market_days e where e.day <= p_day
        order by e.day desc limit 1), 0) + p_more
      else p_active end
  ) p (active)
  on conflict (day) do update
    set active = excluded.active, added = d.added + excluded.added, changed = d.changed + excluded.changed,
      returned = d.returned + excluded.returned, removed = d.removed + excluded.removed
$$;

-- Gives a change set its position in the feed and notifies the readers, once per change set, with ids and
-- counts only: those of listings on property_changes, those of county records on county_changes. The market
-- and its days count listings alone.
create function property_manager.publish(
  p_set bigint, p_source public.sources, p_session uuid, p_plan uuid, p_origin text, p_actor text,
  p_counts jsonb, p_now timestamptz, p_undoes bigint default null
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_before constant bigint := property_manager.active_of(p_source.id);
  v_kind   constant text := property_manager.record_kind(p_source);
  v_more     bigint;
  v_position bigint;
  v_active   bigint;
begin
  if v_kind is null then
    perform property_manager.count_market(p_set, p_source, p_origin);
  end if;
  v_more := property_manager.active_of(p_source.id) - v_before;
  update property_manager.feed set position = position + 1, active = active + v_more
  returning position, active into v_position, v_active;
  if v_kind is null then
    perform property_manager.count_day((p_now at time zone 'utc')::date, v_active, v_more, p_counts);
  end if;
  insert into property_manager.change_sets (id, position, source_id, session_id, plan_id, origin, actor,
    counts, undoes, committed_at)
  values (p_set, v_position, p_source.id, p_session, p_plan, p_origin, p_actor, p_counts, p_undoes, p_now);
  update property_manager.subscribers set behind_since = clock_timestamp() where behind_since is null;
  perform pg_notify(case when v_kind is null then 'property_changes' else 'county_changes' end,
    (jsonb_build_object('type', p_origin, 'position', v_position, 'source', p_source.name,
      'session_id', p_session, 'counts', p_counts)
    || case when v_kind is null then '{}' else jsonb_build_object('records', v_kind) end)::text);
  return v_position;
end
$$;
