-- What Supabase gives every project, for a plain Postgres: its roles, its schema for extensions, and a
-- login role that is not a superuser. Run once per database, by a superuser, in that database; running it
-- again changes nothing. `property-manager db bootstrap` runs it; by hand:
--
--   psql -c "set property_manager.login = 'property_manager'" -f sql/bootstrap.sql -c '\password property_manager'

-- run by a superuser: built-in names come first, whatever public has of the same name
set search_path = pg_catalog, pg_temp;

do $$
declare
  login constant text := coalesce(nullif(current_setting('property_manager.login', true), ''), 'property_manager');
  password constant text := nullif(current_setting('property_manager.password', true), '');
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'anon') then
    create role anon nologin noinherit;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'authenticated') then
    create role authenticated nologin noinherit;
  end if;
  -- a policy never applies to service_role; grants alone decide what it may touch
  if not exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
    create role service_role nologin noinherit bypassrls;
  end if;
  -- the HTTP API logs in with it and becomes one of the three; it has no password until it is given one
  if not exists (select from pg_catalog.pg_roles where rolname = 'authenticator') then
    create role authenticator login noinherit;
  end if;
  grant anon, authenticated, service_role to authenticator;

  if not exists (select from pg_catalog.pg_roles where rolname = login) then
    execute format('create role %I login createrole nosuperuser', login);
  end if;
  execute format('alter role %I login createrole', login);
  if password is not null then
    execute format('alter role %I password %L', login, password);
  end if;
  execute format('grant anon, authenticated, service_role to %I', login);
  execute format('alter database %I owner to %I', current_database(), login);

  if not exists (select from pg_catalog.pg_namespace where nspname = 'extensions') then
    execute format('create schema extensions authorization %I', login);
  end if;
end
$$;

-- the owner of the database owns public, as in every database made since PostgreSQL 15
alter schema public owner to pg_database_owner;
revoke create on schema public from public;
grant usage on schema public, extensions to anon, authenticated, service_role;

-- The login makes it, so that it can update it, and `supabase db reset` can drop it.
do $$
begin
  perform set_config('role',
    coalesce(nullif(current_setting('property_manager.login', true), ''), 'property_manager'), true);
  create extension if not exists pg_trgm with schema extensions;
  perform set_config('role', 'none', true);
end
$$;

-- Nobody enters this database by default: those who own or were granted something here, the login and the HTTP API.
do $$
declare
  database constant oid := (select oid from pg_catalog.pg_database where datname = current_database());
  known text;
begin
  if has_database_privilege('public', database, 'connect') then
    for known in
      select distinct r.rolname
      from pg_catalog.pg_shdepend d
      join pg_catalog.pg_roles r on r.oid = d.refobjid and d.refclassid = 'pg_authid'::regclass
      where d.dbid = database and not r.rolsuper
      union
      select 'authenticator'
    loop
      execute format('grant connect on database %I to %I', current_database(), known);
    end loop;
    execute format('revoke connect on database %I from public', current_database());
  end if;
end
$$;
