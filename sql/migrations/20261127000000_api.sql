-- What programs call, directly or through the HTTP API, which can be given this schema to expose: functions only. Each
-- function made here is callable by service_role and no other role of the API.

-- The login role makes the schema: the owner of our objects may not create any. A project's own schema of this name
-- stays as it is, and our functions join it.
set local role none;
do $$
begin
  if pg_catalog.to_regnamespace('api') is null then
    create schema api authorization property_manager_owner;
    comment on schema api is 'What programs of Property Manager call; for service_role only.';
    revoke all on schema api from public;
  else
    grant create, usage on schema api to property_manager_owner;
  end if;
  grant usage on schema api to service_role;
end
$$;

set local role property_manager_owner;
alter default privileges in schema api grant execute on functions to service_role;
