-- The role that owns everything of ours, the two schemas the HTTP API does not expose, and the ledger.
--
-- Runs as the login role, which needs createrole and create on the database but is no superuser. Every
-- later migration and all code run as property_manager_owner, so that it owns what they make and
-- service_role has only what is granted to it by name.

do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'property_manager_owner') then
    begin
      create role property_manager_owner nologin;
    exception when duplicate_object or unique_violation then
      null; -- another database of this server was migrated at the same moment
    end;
  end if;
  -- the maker of a role administers it; to act as it one must be a member (since PostgreSQL 16 not implied)
  if not pg_catalog.pg_has_role(current_user, 'property_manager_owner', 'usage') then
    execute format('grant property_manager_owner to %I', current_user);
  end if;
end
$$;

create schema if not exists extensions;
create extension if not exists pg_trgm with schema extensions;

do $$
declare
  place constant text := (
    select extnamespace::regnamespace::text from pg_catalog.pg_extension where extname = 'pg_trgm'
  );
begin
  if place <> 'extensions' then
    raise exception 'extension pg_trgm is in schema %, not in schema extensions', place
      using hint = 'alter extension pg_trgm set schema extensions';
  end if;
end
$$;

grant usage on schema extensions to property_manager_owner, service_role;
grant usage, create on schema public to property_manager_owner;
grant usage on schema public to service_role;

create schema property_manager authorization property_manager_owner;
create schema property_manager_rules authorization property_manager_owner;

set local role property_manager_owner;

comment on schema property_manager is 'Internals of Property Manager; not exposed by the HTTP API.';
comment on schema property_manager_rules is 'Functions that custom validation rules may call.';
grant usage on schema property_manager, property_manager_rules to service_role;

alter default privileges revoke execute on functions from public;

create table property_manager.migrations (
  version text primary key check (version ~ '^[0-9]{14}$'),
  name text not null,
  sha256 text not null,
  applied_at timestamptz not null default now()
);
comment on table property_manager.migrations is 'Migrations applied, with the hash of the text that was applied.';

create table property_manager.code_objects (
  seq bigint generated always as identity primary key,
  kind text not null,
  identity text not null unique,
  file text not null
);
comment on table property_manager.code_objects is
  'Functions and views made by the last deploy, in the order they were made; the next drops exactly these.';

create table property_manager.code_version (
  only_row boolean primary key default true check (only_row),
  version text not null,
  deployed_at timestamptz not null default now()
);
comment on table property_manager.code_version is 'Hash of the code that is deployed.';

grant select on property_manager.migrations, property_manager.code_objects, property_manager.code_version
  to service_role;
