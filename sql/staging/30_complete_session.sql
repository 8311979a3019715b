-- The time at which the next session of a source ends: now, or just after the last one.
create function property_manager.next_completion(p_source integer) returns timestamptz
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select greatest(clock_timestamp(), max(completed_at) + interval '1 microsecond')
  from public.scraping_sessions where source_id = p_source and status = 'completed'
$$;

-- Ends a session with a verdict; it is pending from then on, or planned where a dry run staged it, which only
-- a person's word applies. Repeating the call with the same verdict changes nothing. The database sets the
-- time, so the clocks of hosts do not matter: the sessions of a source end one after the other, even if its
-- own clock was set back.
create function api.complete_session(
  p_session uuid, p_writer uuid, p_known bigint, p_verdict text, p_reason text, p_declared text[],
  p_now timestamptz, p_only_planned boolean
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.scraping_sessions
  set status = 'completed', verdict = p_verdict, verdict_reason = p_reason,
      sync_status = case when p_only_planned then 'planned' else 'pending' end,
      declared_fields = p_declared,
      completed_at = case when p_now is null then property_manager.next_completion(source_id)
        else property_manager.moment_done(p_now) end,
      heartbeat_at = clock_timestamp(),
      properties_found = property_manager.last_row(p_session)
  where id = p_session and status = 'running' and writer = p_writer;
  if not found and not exists (
    select from public.scraping_sessions
    where id = p_session and status = 'completed' and writer = p_writer and verdict = p_verdict
  ) then
    raise exception 'session % cannot be completed: it has ended or another process resumed it', p_session
      using errcode = 'PMTKN', hint = 'see session-details --session-id ' || p_session;
  end if;
  perform property_manager.require_erasures_known(
    (select source_id from public.scraping_sessions where id = p_session), p_known);
  perform property_manager.use_present_ids(s) from public.scraping_sessions s where s.id = p_session;
end
$$;

-- Ends a session that failed; it has nothing to sync.
create function api.fail_session(
  p_session uuid, p_writer uuid, p_known bigint, p_message text, p_now timestamptz
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.scraping_sessions
  set status = 'failed', error_message = p_message, completed_at = property_manager.moment_done(p_now)
  where id = p_session and status = 'running' and writer = p_writer;
  if found then
    perform property_manager.queue_unsynced(p_session);
  end if;
  perform property_manager.require_erasures_known(s.source_id, p_known)
  from public.scraping_sessions s where s.id = p_session;
end
$$;
