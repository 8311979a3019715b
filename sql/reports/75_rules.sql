-- The rules of validation: what they are, their severity and thresholds, and what one would find.

-- Every rule, or one, by name; `failed` counts what it found in the last syncs that are kept.
create function api.list_rules(p_name text)
returns table (
  name text, field text, kind text, config jsonb, severity text, active boolean, version integer,
  description text, updated_at timestamptz, failed bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.rule_name, r.field_name, r.rule_type, r.rule_config, r.severity, r.is_active, r.version,
    r.description, r.updated_at,
    (select count(*) from property_manager.findings f
      where f.rule_name = r.rule_name and f.outcome = 'failed')
  from public.validation_rules r
  where p_name is null or r.rule_name = p_name
  order by r.rule_name
$$;

-- A rule as it would be with other settings. In: its name; what to add to or replace in its configuration.
create function property_manager.rule_with(p_name text, p_config jsonb) returns public.validation_rules
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_rule    public.validation_rules;
  v_unknown text;
begin
  select * into v_rule from public.validation_rules where rule_name = p_name;
  if not found then
    raise exception 'there is no rule "%"', p_name using errcode = 'PMNOF', hint = 'see rules list';
  end if;
  select k into v_unknown from jsonb_object_keys(p_config) k
  where not k = any (case v_rule.rule_type when 'range' then array['min', 'max']
    when 'length' then array['min', 'max'] when 'pattern' then array['regex'] else '{}' end)
  limit 1;
  if found then
    raise exception 'rule %, of the kind %, has no %', p_name, v_rule.rule_type, v_unknown
      using errcode = 'PMUSE', hint = 'see rules show ' || p_name;
  end if;
  v_rule.rule_config := v_rule.rule_config || p_config;
  if (v_rule.rule_config ->> 'min')::numeric > (v_rule.rule_config ->> 'max')::numeric then
    raise exception 'rule %: the least, %, is more than the most, %', p_name, v_rule.rule_config ->> 'min',
      v_rule.rule_config ->> 'max' using errcode = 'PMUSE', hint = 'give both, the smaller one as the least';
  end if;
  return v_rule;
end
$$;

-- Changes a rule, which its next version is then; the next sync checks every row by it. In: its name;
-- severity and whether it is checked, each null to leave it; what to add to or replace in its configuration.
create function api.set_rule(p_name text, p_severity text, p_active boolean, p_config jsonb) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_config  constant jsonb := (property_manager.rule_with(p_name, p_config)).rule_config;
  v_version integer;
begin
  update public.validation_rules r
  set severity = coalesce(p_severity, r.severity), is_active = coalesce(p_active, r.is_active),
    rule_config = v_config
  where r.rule_name = p_name
  returning r.version into v_version;
  return v_version;
exception when invalid_parameter_value then
  raise exception '%', sqlerrm using errcode = 'PMUSE', hint = 'see rules show ' || p_name;
end
$$;

-- The rows of a session that a rule would fail, as it is or with another configuration; nothing is kept.
-- Rules of kinds that are functions or look at other rows are tried by a sync alone, which limits them.
-- In: the rule; what to replace in its configuration; the session; the last row of the page before; at most.
-- Out: a row that fails each, and how many there are in all, of how many that were looked at.
create function api.test_rule(p_name text, p_config jsonb, p_session uuid, p_after integer, p_limit integer)
returns table (row_no integer, property_id text, value text, reason text, failing bigint, looked_at bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  v_rule constant public.validation_rules := property_manager.rule_with(p_name, p_config);
  v_test record;
begin
  if v_rule.rule_type in ('custom', 'unique') then
    raise exception 'rule %, of the kind %, is tried by a sync alone', p_name, v_rule.rule_type
      using errcode = 'PMUSE', hint = 'sync --dry-run --session-id ' || left(p_session::text, 8);
  end if;
  v_test := property_manager.rule_test(v_rule);
  return query execute format($sql$
    with found as (
      select s.row_no, s.property_id, %1$s as value, %2$s as reason
      from public.property_scrapes_staging s
      cross join lateral (select exists (
        select from public.properties_live l
        where l.source = $2 and l.property_id = s.property_id) as known) c
      where s.session_id = $1 and s.problem is null and %3$s
    ), whole as (
      select count(*) as looked_at from public.property_scrapes_staging s
      where s.session_id = $1 and s.problem is null
    )
    select f.*, (select count(*) from found), w.looked_at
    from whole w left join (
      select * from found where row_no > $3 order by row_no limit $4
    ) f on true order by f.row_no$sql$, v_test.value, v_test.reason, v_test.failing)
  using p_session, (
    select f.name from public.sources f join public.scraping_sessions s on s.source_id = f.id
    where s.id = p_session), p_after, p_limit;
end
$$;
