-- Notes what a session's input looks like, known when it has been read: an import's columns, the fields whose
-- column the file lacks, the mapping. For the guard, for the next import to compare with, for reprocessing.
create function api.describe_session(p_session uuid, p_writer uuid, p_facts jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform property_manager.require_writer(p_session, p_writer);
  update public.scraping_sessions set filters_applied = filters_applied || p_facts where id = p_session;
end
$$;
