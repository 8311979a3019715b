-- What programs call, directly or through the HTTP API, which can be given this schema to expose: functions only. Each
-- function made here is callable by service_role and nobody else.

-- A schema is made by the login role: the owner of our objects may not create any.
set local role none;
create schema api authorization property_manager_owner;
set local role property_manager_owner;

comment on schema api is 'What programs of Property Manager call; for service_role only.';
revoke all on schema api from public;
grant usage on schema api to service_role;
alter default privileges in schema api grant execute on functions to service_role;
