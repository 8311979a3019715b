-- Loads of county layers: a row each, from the request for the file on.

-- Begins a run of a layer. Runs of it that have stood still, as their process ended, are ended first: they
-- have no session that is being written, and began some time ago.
create function api.begin_ingestion(p_county text, p_layer text, p_source_type text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_run uuid;
begin
  update county.data_ingestion_runs r
  set status = 'failure', completed_at = clock_timestamp(),
    error_message = 'interrupted: its process ended'
  where r.county = p_county and r.layer = p_layer and r.status = 'running'
    and (r.sessions <> '{}' or r.started_at < clock_timestamp() - interval '1 hour')
    and not exists (
      select from public.scraping_sessions s
      where s.id = any (r.sessions) and s.status = 'running' and not property_manager.is_interrupted(s));
  insert into county.data_ingestion_runs (county, layer, source_type)
  values (p_county, p_layer, p_source_type)
  returning id into v_run;
  return v_run;
end
$$;

-- Notes a session of a run.
create function api.note_ingestion(p_run uuid, p_session uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update county.data_ingestion_runs
  set sessions = sessions || p_session
  where id = p_run and p_session <> all (sessions)
$$;

-- Ends a run with its figures; repeated, it changes nothing.
create function api.end_ingestion(p_run uuid, p_status text, p_processed bigint, p_inserted bigint,
  p_updated bigint, p_failed bigint, p_message text, p_details jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update county.data_ingestion_runs
  set status = p_status, processed = p_processed, inserted = p_inserted, updated = p_updated,
    failed = p_failed, error_message = p_message, error_details = p_details,
    completed_at = clock_timestamp()
  where id = p_run and status = 'running'
$$;

-- How many records of a source are live, by their status, and how many active ones have no parcel.
create function property_manager.count_records(p_kind text, p_source text, out active bigint,
  out inactive bigint, out removed bigint, out waiting bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  case p_kind
    /*each kind*/
    when '{name}' then
      select count(*) filter (where l.record_status = 'active'),
        count(*) filter (where l.record_status = 'inactive'),
        count(*) filter (where l.record_status = 'removed'),
        count(*) filter (where l.record_status = 'active' and {property_id} is null)
      into active, inactive, removed, waiting
      from county.{name} l where l.source = p_source;
    /*end*/
  end case;
end
$$;

-- The sources of a county with what is live of each, what waits for a parcel, and how its last session went.
create function api.county_sources(p_county text)
returns table (source text, kind text, active bigint, inactive bigint, removed bigint, waiting bigint,
  session_id uuid, session_status text, sync_status text, verdict text, verdict_reason text,
  completed_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.name, k.kind, c.active, c.inactive, c.removed, c.waiting, s.id, s.status, s.sync_status, s.verdict,
    s.verdict_reason, s.completed_at
  from public.sources f
  cross join lateral (select property_manager.record_kind(f) as kind) k
  cross join lateral property_manager.count_records(k.kind, f.name) c
  left join lateral (
    select * from public.scraping_sessions n where n.source_id = f.id order by n.created_at desc limit 1
  ) s on true
  where k.kind is not null and starts_with(f.name, p_county || '.')
  order by f.name
$$;

-- Another source that has parcels of a county, also such as are gone; null where there is none. A parcel is
-- one row, whichever source it is from.
create function api.other_source_of_parcels(p_source text, p_state text, p_county_fips text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.name
  from public.sources f
  where f.name <> p_source and property_manager.record_kind(f) = 'properties'
    and exists (select from county.properties p
      where p.source = f.name and p.state = p_state and p.county_fips = p_county_fips)
  order by f.name
  limit 1
$$;

-- How many active records of a source have no parcel.
create function api.records_waiting(p_source text) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.waiting
  from public.sources f
  cross join lateral property_manager.count_records(property_manager.record_kind(f), f.name) c
  where f.name = p_source
$$;

-- The last run of each layer of a county.
create function api.last_ingestions(p_county text)
returns table (layer text, source_type text, status text, processed bigint, inserted bigint, updated bigint,
  failed bigint, error_message text, started_at timestamptz, completed_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct on (r.layer) r.layer, r.source_type, r.status, r.processed, r.inserted, r.updated, r.failed,
    r.error_message, r.started_at, r.completed_at
  from county.data_ingestion_runs r
  where r.county = p_county
  order by r.layer, r.started_at desc
$$;
