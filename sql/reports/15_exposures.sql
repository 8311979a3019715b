-- The roles that the HTTP API works as, and every role at once.
create function property_manager.api_roles() returns table (role_name text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select 'public' union all
  select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
$$;

-- What those roles may make, and where: whoever makes an object can lend its name to another.
create function property_manager.openings() returns table (role_name text, may text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select r.role_name, p.may
  from property_manager.api_roles() r
  cross join (values ('make temporary objects', 'temporary'), ('make schemas', 'create')) p (may, privilege)
  where has_database_privilege(r.role_name, current_database(), p.privilege)
  union all
  select r.role_name, 'make objects in schema ' || n.nspname
  from property_manager.api_roles() r cross join pg_namespace n
  where n.nspname in ('public', 'extensions', 'api', 'property_manager', 'property_manager_rules')
    and has_schema_privilege(r.role_name, n.oid, 'create')
$$;

-- Our functions, and those that rules may call, that find a caller's temporary type before the built-in one.
create function property_manager.misled_functions() returns table (function oid)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p.oid
  from pg_proc p
  left join lateral (select c from unnest(p.proconfig) c where c like 'search_path=%') s (path) on true
  where (p.proowner = 'property_manager_owner'::regrole
      or p.pronamespace in ('api'::regnamespace, 'property_manager'::regnamespace,
        'property_manager_rules'::regnamespace))
    and case when s.path is null then p.prosecdef else s.path !~ '[=, ]"?pg_temp"?$' end
$$;

-- Default privileges by which what our owner makes next would be everybody's, or a reader's.
create function property_manager.open_defaults() returns table (kind text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select k.kind
  from (values ('functions', 'f'::"char"), ('types', 'T'::"char"), ('tables', 'r'::"char"),
    ('sequences', 'S'::"char")) k (kind, code)
  where (k.kind in ('functions', 'types') and not exists (
      select from pg_default_acl d where d.defaclrole = 'property_manager_owner'::regrole
        and d.defaclnamespace = 0 and d.defaclobjtype = k.code))
    or exists (
      select from pg_default_acl d cross join lateral aclexplode(d.defaclacl) a
      where d.defaclrole = 'property_manager_owner'::regrole and d.defaclobjtype = k.code
        and (a.grantee = 0
          or a.grantee in (select oid from pg_roles where rolname in ('anon', 'authenticated'))))
$$;

-- Tables, views and functions of ours that readers may use beyond what they need.
create function property_manager.reader_extras() returns table (role_name text, may text, object text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with readers (role_name) as (values ('anon'), ('authenticated'))
  select r.role_name, 'select', t.oid::regclass::text
  from readers r cross join pg_class t
  where t.relowner = 'property_manager_owner'::regrole and t.relkind in ('r', 'p', 'v', 'm')
    and t.oid::regclass::text not in ('public.properties_live', 'public.listings', 'public.homes',
      'public.listing_home', 'property_manager.contacts', 'property_manager.home_ranks',
      'property_manager.homes_known')
    and has_any_column_privilege(r.role_name, t.oid, 'select')
  union all
  select r.role_name, 'execute', 'function ' || p.oid::regprocedure::text
  from readers r cross join pg_proc p
  where p.proowner = 'property_manager_owner'::regrole
    and (p.prosecdef or has_schema_privilege(r.role_name, p.pronamespace, 'usage'))
    and p.oid::regprocedure::text not in ('public.last_seen_at(public.properties_live)',
      'property_manager.last_seen(text,text)')
    and p.oid::regprocedure::text <> 'public.limit_calls()'
    and not (p.pronamespace = 'public'::regnamespace and (p.proname in ('catalogue_version',
        'changed_listings', 'listings_by_city', 'market_statistics', 'recently_seen', 'search_listings')
      or r.role_name = 'authenticated' and p.proname in ('listing_with_history', 'property_statistics')))
    and not (r.role_name = 'authenticated' and p.pronamespace = 'api'::regnamespace
      and p.proname like 'staff\_%')
    and has_function_privilege(r.role_name, p.oid, 'execute')
  union all
  select r.role_name, 'usage', 'schema ' || n.nspname
  from readers r cross join pg_namespace n
  where n.nspowner = 'property_manager_owner'::regrole
    and (r.role_name, n.nspname) <> ('authenticated', 'api')
    and has_schema_privilege(r.role_name, n.oid, 'usage')
$$;

-- What of ours is granted to every role there is, or is by default because nothing was said.
create function property_manager.grants_to_all() returns table (privilege text, object text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with ours (kind, name, acl) as (
    select case c.relkind when 'S' then 'sequence ' else '' end, c.oid::regclass::text, c.relacl
    from pg_class c where c.relowner = 'property_manager_owner'::regrole
    union all
    select '', format('%s (%I)', a.attrelid::regclass, a.attname), a.attacl
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relowner = 'property_manager_owner'::regrole and a.attacl is not null
    union all
    select 'function ', p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner))
    from pg_proc p
    where p.proowner = 'property_manager_owner'::regrole
      -- rules that others wrote are in a schema that only the owner may use
      and p.pronamespace <> 'property_manager_rules'::regnamespace
    union all
    select 'schema ', n.nspname, n.nspacl
    from pg_namespace n where n.nspowner = 'property_manager_owner'::regrole
  )
  select lower(a.privilege_type), o.kind || o.name
  from ours o cross join lateral aclexplode(o.acl) a
  where a.grantee = 0
$$;

-- Views of ours in the exposed schemas that read as their owner does, past row-level security.
create function property_manager.views_as_owner() returns table (view_name text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select v.oid::regclass::text
  from pg_class v
  where v.relowner = 'property_manager_owner'::regrole and v.relkind = 'v'
    and v.relnamespace in ('public'::regnamespace, 'api'::regnamespace)
    and not exists (select from pg_options_to_table(v.reloptions) o
      where o.option_name = 'security_invoker' and o.option_value::boolean)
$$;

-- What lets a role of the API see, make or become more than it should: a row per check, as of doctor().
create function property_manager.exposures()
returns table (check_name text, found bigint, detail text, next_step text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select 'only owners make objects', count(*), min(format('%s may %s', o.role_name, o.may)),
    format('run: property-manager db migrate; if that does not help, as the owner of the database: '
      'grant temporary on database %1$I to property_manager_owner; '
      'revoke temporary, create on database %1$I from public, anon, authenticated, service_role; '
      'revoke create on schema SCHEMA from ROLE', current_database())
  from property_manager.openings() o
  union all
  select 'functions find temporary names last', count(*), min(m.function::regprocedure::text),
    format('alter function %s set search_path = pg_catalog, pg_temp',
      coalesce(min(m.function::regprocedure::text), 'FUNCTION'))
  from property_manager.misled_functions() m
  union all
  select 'what is made next is for its owner alone', count(*),
    min(format('new %s would be for every role, or for readers', o.kind)),
    format('alter default privileges for role property_manager_owner revoke all on %s '
      'from public, anon, authenticated', coalesce(min(o.kind), 'KIND'))
  from property_manager.open_defaults() o
  union all
  select 'nobody becomes the owner', count(*), min(r.role_name || ' may act as property_manager_owner'),
    format('revoke property_manager_owner from %s', coalesce(min(r.role_name), 'ROLE'))
  from property_manager.api_roles() r
  where r.role_name <> 'public' and pg_has_role(r.role_name, 'property_manager_owner', 'member')
  union all
  select 'readers use listings and nothing else', count(*),
    min(format('%s has %s on %s', e.role_name, e.may, e.object)),
    coalesce(min(format('revoke %s on %s from public, %s', e.may, e.object, e.role_name)), 'revoke it')
  from property_manager.reader_extras() e
  union all
  select 'nothing is granted to every role', count(*),
    min(format('every role has %s on %s', g.privilege, g.object)),
    coalesce(min(format('revoke %s on %s from public', g.privilege, g.object)), 'revoke it')
  from property_manager.grants_to_all() g
  union all
  select 'views read as their caller', count(*), min(v.view_name || ' reads as its owner'),
    coalesce(min(format('alter view %s set (security_invoker = true)', v.view_name)), 'alter view')
  from property_manager.views_as_owner() v
  union all
  select 'contacts are shown by their source alone', count(*),
    min(format('%s may read %s of %s', c.role_name, c.column_name, c.table_name)),
    'run: property-manager db migrate'
  from property_manager.readable_contacts() c
$$;
