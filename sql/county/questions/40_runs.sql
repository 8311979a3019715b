-- Loads of county layers: what came of each.

-- A page of the loads, the newest first. In: {id, county, layer, status}, each of which narrows it down; the
-- rows of a page; the cursor of the last row of the page before, or null.
create function api.county_runs(p_wanted jsonb, p_limit integer, p_after text)
returns table (cursor text, id uuid, county text, layer text, source_type text, status text,
  processed bigint, inserted bigint, updated bigint, failed bigint, sessions uuid[], error_message text,
  error_details jsonb, started_at timestamptz, completed_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off as $$
declare
  v_after      constant text[] := property_manager.cursor_values(p_after, 'runs', 2);
  v_conditions constant text := (
    select string_agg(format('r.%I = %L', w.key, w.value), ' and ')
    from jsonb_each_text(p_wanted) w (key, value) where w.key in ('id', 'county', 'layer', 'status'));
begin
  return query execute format(
    'select property_manager.cursor_of(''runs'', property_manager.exact_moment(r.started_at), r.id::text),
       r.id, r.county, r.layer, r.source_type, r.status, r.processed, r.inserted, r.updated, r.failed,
       r.sessions, r.error_message, r.error_details, r.started_at, r.completed_at
     from county.data_ingestion_runs r
     where %s and (r.started_at, r.id) < (%L, %L)
     order by r.started_at desc, r.id desc limit %L',
    coalesce(v_conditions, 'true'), coalesce(v_after[1], 'infinity'),
    coalesce(v_after[2], 'ffffffff-ffff-ffff-ffff-ffffffffffff'), greatest(p_limit, 1));
end
$$;

-- How many loads there were, counted no further than one more than p_most where it is given. In: as above.
create function api.county_run_count(p_wanted jsonb, p_most bigint) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from (
    select from county.data_ingestion_runs r
    where (p_wanted ->> 'county' is null or r.county = p_wanted ->> 'county')
      and (p_wanted ->> 'layer' is null or r.layer = p_wanted ->> 'layer')
      and (p_wanted ->> 'status' is null or r.status = p_wanted ->> 'status')
    limit p_most + 1) r
$$;

-- The counties of which records were loaded or loads were tried, by name, and the number of their sources.
create function api.county_names() returns table (county text, sources bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with recursive tried as (
    (select r.county from county.data_ingestion_runs r order by r.county limit 1)
    union all
    select (select min(r.county) from county.data_ingestion_runs r where r.county > t.county)
    from tried t where t.county is not null
  )
  select n.county, count(n.source)
  from (
    select split_part(s.name, '.', 1) as county, s.name as source
    from unnest(property_manager.county_sources(null)) s (name)
    union all
    select t.county, null from tried t where t.county is not null
  ) n
  group by n.county
  order by n.county
$$;
