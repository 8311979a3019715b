-- Retention of the audit: the changes of a listing before a moment become one image.

-- Keeps others from folding or rewriting history until the transaction ends; taken before old changes are
-- read to decide by. Any number may hold it; a sync takes no part in it.
create function property_manager.share_history() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  lock table property_manager.history_lock in share mode;
end
$$;

-- Makes the caller the only one who folds or rewrites history until the transaction ends; taken before the
-- changes are read, because the second of two rewriters must see what the first has left.
create function property_manager.lock_history() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  lock table property_manager.history_lock in exclusive mode;
end
$$;

-- The last position up to which all changes of a source are from before a moment. What a clock that was set
-- back dates earlier, but committed later, is not among them.
create function property_manager.foldable_until(p_source integer, p_before timestamptz) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(min(position) filter (where committed_at >= p_before) - 1, max(position), 0)
  from property_manager.change_sets where source_id = p_source
$$;

-- Folds the changes of a source from before a moment, a bounded batch per call: the newest change of each
-- listing becomes an image of the listing at that time, and the others are deleted. The image keeps the feed
-- position of the change it replaces: a reader before it gets the image instead of a gap, and a reader after
-- it has read everything in it. A listing with a single old change stays as it is. It takes no lock that a
-- sync waits for: it writes only committed changes of ended change sets.
-- In: the source; the age from which changes are old; the actor; how many changes to look at.
-- Out: {listings, changes, more}.
create function api.compact(p_source text, p_age interval, p_actor text, p_limit integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off set plan_cache_mode = force_custom_plan as $$
declare
  v_before   constant timestamptz := property_manager.moment_ago(p_age);
  v_source   integer;
  v_until    bigint;
  v_horizon  property_manager.horizons;
  v_places   jsonb;
  v_found    integer;
  v_listings uuid[];
  v_newest   bigint[];
  v_images   jsonb[];
  v_kept     integer[];
  v_old      bigint[];
  v_folded   bigint;
  v_gone     bigint;
begin
  select id into v_source from public.sources where name = p_source;
  if not found then
    raise exception 'there is no source "%"', p_source using errcode = 'PMNOF', hint = 'see status';
  end if;
  v_until := property_manager.foldable_until(v_source, v_before);
  insert into property_manager.horizons (source_id) values (v_source) on conflict do nothing;
  select * into v_horizon from property_manager.horizons where source_id = v_source for update;
  if v_horizon.begins > clock_timestamp() then
    raise exception 'history of % begins on %, which is in the future: nothing is folded', p_source,
      property_manager.format_moment(v_horizon.begins)
      using errcode = 'PMUSE', hint = 'run: property-manager repair';
  end if;
  if (v_horizon.position, v_horizon.change_id) >= (v_until, 9223372036854775807) then
    return '{"listings": 0, "changes": 0, "more": false}'::jsonb;
  end if;
  perform property_manager.lock_history();

  select count(*), array_agg(distinct c.listing_id),
    jsonb_agg(jsonb_build_array(c.position, c.id) order by c.position desc, c.id desc) -> 0
  into v_found, v_listings, v_places
  from (
    select s.position, f.id, f.listing_id
    from (
      select id, position from property_manager.change_sets
      where source_id = v_source and position between v_horizon.position and v_until order by position
    ) s
    cross join lateral (
      -- a range of one id: with equality the planner could walk all changes by their id
      select c.id, c.listing_id from public.property_changes c
      where (c.change_set_id, c.id) > (s.id, case when s.position = v_horizon.position
        then v_horizon.change_id else 0 end)
        and c.change_set_id < s.id + 1 and c.field_name is not null
      order by c.change_set_id, c.id limit p_limit
    ) f
    order by s.position, f.id limit p_limit
  ) c;

  perform set_config('property_manager.rewriting', 'compact', true);
  with folded as materialized (
    select f.image, f.changes, f.changes[cardinality(f.changes)] as newest
    from property_manager.fold_of(v_listings, v_until, 'infinity') f
    where cardinality(f.changes) > 1
  )
  select array_agg(f.newest), array_agg(f.image), array_agg(cardinality(f.changes)),
    array(select u.id from folded o cross join lateral unnest(o.changes) u (id) where u.id <> o.newest)
  into v_newest, v_images, v_kept, v_old
  from folded f;
  update public.property_changes c
  set change_type = 'created', field_name = null, old_value = null, new_value = f.image, session_id = null,
    confidence_score = 1, change_reason = format('%s changes folded', f.changes),
    significant = false, origin = 'compact', actor = p_actor
  from unnest(v_newest, v_images, v_kept) f (newest, image, changes)
  where c.id = f.newest and c.id = any (v_newest);
  get diagnostics v_folded = row_count;
  delete from public.property_changes where id = any (v_old);
  get diagnostics v_gone = row_count;
  perform set_config('property_manager.rewriting', '', true);

  update property_manager.horizons
  set position = case when v_found < p_limit then v_until else (v_places ->> 0)::bigint end,
    change_id = case when v_found < p_limit then 9223372036854775807 else (v_places ->> 1)::bigint end,
    begins = case when v_folded > 0 then greatest(begins, v_before) else begins end,
    compacted_at = case when v_folded > 0 then now() else compacted_at end,
    compacted_by = case when v_folded > 0 then p_actor else compacted_by end
  where source_id = v_source;
  return jsonb_build_object('listings', v_folded, 'changes', v_gone, 'more', v_found = p_limit);
end
$$;

-- What compact() would fold. Out: how many listings, and how many changes would be deleted.
create function api.compactable(p_source text, p_age interval)
returns table (listings bigint, changes bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
declare
  v_before constant timestamptz := property_manager.moment_ago(p_age); -- refuses an age that is none
begin
  return query
  with chosen as materialized (
    select s.id, property_manager.foldable_until(s.id, v_before) as until,
      coalesce(h.position, 0) as position, coalesce(h.change_id, 0) as change_id
    from public.sources s left join property_manager.horizons h on h.source_id = s.id
    where s.name = p_source
  ), touched as (
    select distinct c.listing_id, k.until
    from chosen k
    join property_manager.change_sets s on s.source_id = k.id and s.position <= k.until
    join public.property_changes c on c.change_set_id = s.id
    where (s.position, c.id) > (k.position, k.change_id) and c.field_name is not null
  )
  select count(*), coalesce(sum(old.folded - 1), 0)::bigint
  from (
    select c.listing_id, count(*) as folded
    from touched t
    join public.property_changes c on c.listing_id = t.listing_id
    join property_manager.change_sets s on s.id = c.change_set_id and s.position <= t.until
    group by c.listing_id
    having count(*) > 1
  ) old;
end
$$;

-- Whether a change set is before the horizon of its source, so that it can be neither explained nor undone.
create function property_manager.is_compacted(p_change_set bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from property_manager.change_sets s
    join property_manager.horizons h on h.source_id = s.source_id
    where s.id = p_change_set and s.committed_at < h.begins
  )
$$;
