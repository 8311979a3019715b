-- The rules of validation: what they are, what became of them, and the functions that one may call.

-- Every rule, or one, by name; `failed` counts what it found in the last syncs that are kept. A draft has
-- never been enabled.
create function api.list_rules(p_name text)
returns table (
  name text, field text, kind text, config jsonb, severity text, active boolean, draft boolean,
  version integer, description text, updated_at timestamptz, failed bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.rule_name, r.field_name, r.rule_type, r.rule_config, r.severity, r.is_active,
    r.enabled_at is null, r.version, r.description, r.updated_at,
    (select count(*) from property_manager.findings f
      where f.rule_name = r.rule_name and f.outcome in ('failed', 'doubtful'))
  from public.validation_rules r
  where p_name is null or r.rule_name = p_name
  order by r.rule_name
$$;

-- What was changed of a rule, also of one that was removed, the oldest first: who did what when. `old` and
-- `new` are {field, kind, severity, active, description, config}, null before it was added and once removed.
create function api.rule_history(p_name text)
returns table (at timestamptz, actor text, action text, version integer, old jsonb, new jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.at, a.actor, a.action, (a.details ->> 'version')::integer,
    nullif(a.details -> 'old', 'null'), nullif(a.details -> 'new', 'null')
  from property_manager.admin_audit a
  where a.details ? 'rule' and a.details ->> 'rule' = p_name and a.action in ('add_rule', 'change_rule',
    'enable_rule', 'disable_rule', 'remove_rule')
  order by a.id
$$;

-- The functions that a rule of the kind "custom" may call, what each says of itself and the rules that do.
create function api.rule_functions() returns table (name text, description text, rules text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.proname::text, obj_description(p.oid, 'pg_proc'), array(
    select r.rule_name from public.validation_rules r
    where r.rule_type = 'custom' and r.rule_config ->> 'function' = p.proname order by r.rule_name)
  from pg_catalog.pg_proc p
  where p.pronamespace = 'property_manager_rules'::regnamespace and p.pronargs = 1
    and p.proargtypes[0] = 'public.property_scrapes_staging'::regtype and p.prorettype = 'text'::regtype
  order by p.proname
$$;
