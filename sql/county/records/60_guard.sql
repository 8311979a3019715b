-- What holds a plan of county records beside the reasons that are common: fields that lose their values, ids
-- that the source never had, rows that share an id.

-- The quality of a session: the share of its rows that is not set aside. Out: as session_quality().
create function property_manager.record_quality(p_plan property_manager.plans) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('completeness', null, 'error_rate', rate, 'overall', 1 - rate)
  from (
    select round((p_plan.metrics ->> 'quarantined_properties')::numeric
      / nullif((p_plan.metrics ->> 'total_scraped')::numeric, 0), 3)
  ) q (rate)
$$;

-- Fields that would lose their value in many known rows.
create function property_manager.guard_blanked_records(p_plan property_manager.plans, p_source public.sources)
returns table (code text, sentence text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
  select 'values_vanish', format('%s would lose its value in %s of %s known rows: check the layer or the '
    'file, then approve the plan', b.field_name, b.rows, known.rows)
  from (
    select c.field_name, count(*) as rows from property_manager.plan_changes c
    where c.plan_id = p_plan.id and c.new_value = 'null' group by c.field_name
  ) b
  cross join (/*use known_rows p_plan*/) known
  cross join jsonb_to_record(property_manager.guard_limits(p_source))
    as g (blanked_share numeric, blanked_rows integer)
  where b.rows > g.blanked_share * known.rows and b.rows > g.blanked_rows
  order by b.rows desc, b.field_name;
end
$$;

-- Records with ids that the source never had, where the scope has been synced before.
create function property_manager.guard_new_records(p_plan property_manager.plans,
  p_session public.scraping_sessions, p_source public.sources) returns table (code text, sentence text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
  select 'all_new', format('%s of %s rows have ids that source %s never had, such as %s: if these are the '
    'same records, their ids are spelled in another way or in another order: correct the key rule, else '
    'approve the plan', f.new, f.usable, p_source.name, (
      select string_agg(r.property_id, ', ' order by r.property_id) from (
        select property_id from property_manager.plan_rows
        where plan_id = p_plan.id and action = 'create' order by property_id limit 3) r))
  from (
    select (p_plan.metrics ->> 'new_properties')::numeric as new,
      (p_plan.metrics ->> 'total_scraped')::numeric - (p_plan.metrics ->> 'quarantined_properties')::numeric
        - (p_plan.metrics ->> 'superseded_rows')::numeric as usable
  ) f
  cross join jsonb_to_record(property_manager.guard_limits(p_source))
    as g (new_share numeric, new_rows integer)
  where f.usable >= g.new_rows and f.new > g.new_share * f.usable
    and property_manager.is_established(p_session, p_source);
end
$$;

-- Rows that share an id and differ: the first three of them, and how many there are.
create function property_manager.shared_records(p_session uuid, out rows bigint, out examples text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with lost as materialized (
    select x.row_no, x.winner, lost.record_id, lost.content as lost, kept.content as kept
    from property_manager.superseded x
    cross join lateral /*use staged_record x.session_id, x.row_no*/ lost
    cross join lateral /*use staged_record x.session_id, x.winner*/ kept
    where x.session_id = p_session and lost.fingerprint <> kept.fingerprint
  )
  select (select count(*) from lost), (
    select string_agg(format('%s (rows %s and %s): %s', e.record_id, e.row_no, e.winner, (
      select string_agg(format('%s %s and %s', k.key, left(e.lost ->> k.key, 40),
        left(coalesce(e.kept ->> k.key, '–'), 40)), ', ' order by k.key)
      from (select o.key from jsonb_object_keys(e.lost) o (key)
        join property_manager.record_fields f on f.field_name = o.key and not f.personal
        where e.lost -> o.key is distinct from e.kept -> o.key
        group by o.key order by o.key limit 2) k)), '; ' order by e.row_no)
    from (select * from lost order by row_no limit 3) e)
$$;

-- Ids that several records share in many rows: two parcels have one id.
create function property_manager.guard_shared_records(p_plan property_manager.plans,
  p_session public.scraping_sessions, p_source public.sources) returns table (code text, sentence text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
  select 'shared_ids', format('%s of %s rows have the id of another row and differ from it: %s; correct the '
    'key rule or the id column, or approve the plan, and the later rows go live', s.rows,
    p_plan.metrics ->> 'total_scraped', s.examples)
  from property_manager.shared_records(p_session.id) s
  where s.rows >= 2 and s.rows > (property_manager.guard_limits(p_source) ->> 'superseded_share')::numeric
    * (p_plan.metrics ->> 'total_scraped')::numeric;
end
$$;

-- A session of which too many rows would be set aside.
create function property_manager.guard_set_aside(p_plan property_manager.plans, p_source public.sources,
  p_quality jsonb) returns table (code text, sentence text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select 'low_quality', format('%s of %s rows would be set aside: see quarantine list --session-id %s, then '
    'correct the county''s file, or approve the plan', p_plan.metrics ->> 'quarantined_properties',
    p_plan.metrics ->> 'total_scraped', p_plan.session_id)
  where (p_quality ->> 'overall')::numeric < (p_source.facts #>> '{guard,least_quality}')::numeric
$$;

-- All reasons that hold a plan of county records.
create function property_manager.guard_records(p_plan property_manager.plans,
  p_session public.scraping_sessions, p_source public.sources, p_quality jsonb)
returns table (code text, sentence text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
  select * from property_manager.guard_session(p_plan, p_session, p_source, p_quality)
  union all
  select * from property_manager.guard_set_aside(p_plan, p_source, p_quality)
  union all
  select * from property_manager.guard_volume(p_plan, p_session, p_source)
  union all
  select * from property_manager.guard_columns(p_session)
  union all
  select * from property_manager.guard_blanked_records(p_plan, p_source)
  union all
  select * from property_manager.guard_new_records(p_plan, p_session, p_source)
  union all
  select * from property_manager.guard_shared_records(p_plan, p_session, p_source);
end
$$;

-- What is said of a plan of county records that it does not hold.
create function property_manager.warn_of_records(p_session public.scraping_sessions, p_reasons jsonb)
returns table (sentence text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
  select format('%s row%s of an id that a later row has differ%s from it: %s', s.rows,
    case when s.rows = 1 then '' else 's' end, case when s.rows = 1 then 's' else '' end, s.examples)
  from property_manager.shared_records(p_session.id) s
  where s.rows > 0 and not exists (
    select from jsonb_array_elements(p_reasons) r where r ->> 'code' = 'shared_ids');
end
$$;

-- A record that a session shows, and that a rollback or the sync of an older session has changed after change
-- set p_set; or null: as changed_since_sift() has it of listings.
create function property_manager.record_changed_since(p_session public.scraping_sessions, p_set bigint)
returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.record_id
  from property_manager.change_sets n
  join county.changes c on c.change_set_id = n.id
  join county.staging s on s.session_id = p_session.id and s.record_id = c.record_id
  left join public.scraping_sessions o on o.id = n.session_id
  where n.source_id = p_session.source_id and s.problem is null and n.id > p_set
    and (n.origin = 'rollback'
      or (n.origin = 'sync' and coalesce(o.completed_at < p_session.completed_at, true)))
  limit 1
$$;
