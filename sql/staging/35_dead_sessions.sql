-- Sessions whose process is gone: given up by it, or found later by their silence.

-- Whether an interrupted session can go on: a scrape that has staged something.
create function property_manager.can_resume(p_session public.scraping_sessions) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p_session.kind = 'scrape' and (
    exists (select from public.property_scrapes_staging s where s.session_id = p_session.id)
    or exists (select from property_manager.unchanged_pages u where u.session_id = p_session.id))
$$;

-- Lets go of an open session, so that it can be resumed at once. Of another writer's it does nothing.
create function api.interrupt_session(p_session uuid, p_writer uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update public.scraping_sessions
  set heartbeat_at = least(heartbeat_at, clock_timestamp() - interval '2 minutes')
  where id = p_session and status = 'running' and writer = p_writer
$$;

-- Ends interrupted sessions that cannot go on, and with p_scrapes those that could. Out: how many.
create function api.end_dead_sessions(p_scrapes boolean) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_dead constant uuid[] := array(
    select s.id from public.scraping_sessions s
    where s.status = 'running' and property_manager.is_interrupted(s)
      and (p_scrapes or not property_manager.can_resume(s))
    for update skip locked);
begin
  update public.scraping_sessions s
  set status = 'failed', completed_at = s.heartbeat_at,
    error_message = coalesce(s.error_message, 'interrupted: its process ended')
  where s.id = any (v_dead);
  perform property_manager.queue_unsynced(d.id) from unnest(v_dead) d (id);
  return cardinality(v_dead);
end
$$;

-- The last sessions of a source or of all (null) that failed or were interrupted, and that no later session
-- of the same scope or address has made good; newest first.
create function api.stopped_sessions(p_source text, p_limit integer)
returns table (id uuid, source text, kind text, base_url text, status text, error text, resumable boolean,
  rows integer, stopped_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, f.name, s.kind, s.base_url, case when s.status = 'failed' then 'failed' else 'interrupted' end,
    s.error_message, s.status = 'running' and property_manager.can_resume(s), s.properties_found,
    coalesce(s.completed_at, s.heartbeat_at)
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  where (s.status = 'failed' or property_manager.is_interrupted(s))
    and (p_source is null or f.name = p_source)
    and not exists (
      select from public.scraping_sessions later
      where later.source_id = s.source_id and later.status = 'completed' and later.created_at >= s.created_at
        and (later.scope_id = s.scope_id or later.base_url = s.base_url))
  order by s.created_at desc
  limit p_limit
$$;
