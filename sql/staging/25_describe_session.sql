-- Notes what a session's input looks like, known when it has been read: an import's columns, the fields whose
-- column the file lacks, the mapping. For the guard, for the next import to compare with, for reprocessing.
create function property_manager.describe_session(p_session uuid, p_writer uuid, p_facts jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.scraping_sessions
  set filters_applied = filters_applied || p_facts, heartbeat_at = clock_timestamp()
  where id = p_session and status = 'running' and writer = p_writer;
  if not found then
    raise exception 'session % is no longer ours to write: it has ended or another process resumed it', p_session
      using errcode = 'PM003', hint = 'see session-details --session-id ' || p_session;
  end if;
end
$$;
grant execute on function property_manager.describe_session to service_role;
