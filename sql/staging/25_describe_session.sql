-- Stores what the input of a session looks like once it was read: the columns of an import, the fields
-- without a column, the mapping. The guard, the next import and reprocessing use it.
create function api.describe_session(p_session uuid, p_writer uuid, p_known bigint, p_facts jsonb)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_writer(p_session, p_writer, p_known);
  update public.scraping_sessions set filters_applied = filters_applied || p_facts where id = p_session;
end
$$;
