-- One message to those who listen to a private topic of Supabase's Realtime.

-- It belongs to the login role, which is all but for its name: a project lets `postgres` write to schema realtime and
-- no role that somebody has made. So it does nothing but this one call, and only our owner may call it.
set local role none;

-- In: the topic, and what is said. Out: why it could not be said; null where it was, as far as Realtime tells.
create function property_manager.send_message(p_topic text, p_payload jsonb) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
begin
  -- a topic is private: Realtime asks the policies of realtime.messages who may hear it
  execute 'select realtime.send($1, $2, $3, true)' using p_payload, 'changed', p_topic;
  return null;
exception when others then
  return sqlerrm;
end
$$;
revoke all on function property_manager.send_message(text, jsonb) from public;
grant execute on function property_manager.send_message(text, jsonb) to property_manager_owner;

set local role property_manager_owner;
