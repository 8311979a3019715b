-- Rules added, changed, switched and removed. A trigger keeps each change in the admin audit; here it is said
-- who makes it.

-- The configuration that a kind of rule knows, beside what every kind does.
create function property_manager.rule_keys(p_kind text) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array['when', 'warn_above', 'fail_above'] || case p_kind
    when 'range' then array['min', 'max', 'scaled']
    when 'length' then array['min', 'max']
    when 'pattern' then array['regex']
    when 'one_of' then array['values']
    when 'compare' then array['operator', 'other_field']
    when 'likely' then array['times', 'homes']
    when 'custom' then array['function']
    else '{}'::text[] end
$$;

-- Refuses a rule that cannot be, by its name and by what is wrong with it. In: what to see to mend it.
create function property_manager.require_rule(p_rule public.validation_rules, p_hint text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_problem text;
begin
  select format('a rule of the kind %s has no %s', p_rule.rule_type, k) into v_problem
  from jsonb_object_keys(p_rule.rule_config) k
  where not k = any (property_manager.rule_keys(p_rule.rule_type))
  limit 1;
  v_problem := coalesce(v_problem, property_manager.rule_problem(p_rule));
  if v_problem is null then
    select format('when: there is no source "%s"', v #>> '{}') into v_problem
    from jsonb_path_query(p_rule.rule_config, 'lax $.when.source[*]') v
    where not exists (select from public.sources f where f.name = v #>> '{}')
    limit 1;
  end if;
  if v_problem is not null then
    raise exception 'rule %: %', p_rule.rule_name, v_problem using errcode = 'PMUSE', hint = p_hint;
  end if;
end
$$;

-- A rule as it would be with other settings. In: its name; what to add to or replace in its configuration,
-- null to take a setting away.
create function property_manager.rule_with(p_name text, p_config jsonb) returns public.validation_rules
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_rule public.validation_rules;
begin
  select * into v_rule from public.validation_rules where rule_name = p_name;
  if not found then
    raise exception 'there is no rule "%"', p_name using errcode = 'PMNOF', hint = 'see rules list';
  end if;
  if p_config = '{}' then
    return v_rule; -- as it is, even if it cannot be any more
  end if;
  v_rule.rule_config := v_rule.rule_config || p_config;
  v_rule.rule_config := v_rule.rule_config
    - array(select e.key from jsonb_each(p_config) e where e.value = 'null');
  perform property_manager.require_rule(v_rule, 'see rules show ' || p_name);
  return v_rule;
end
$$;

-- A rule that is not saved. In: {name, field, kind, severity, description, config}.
create function property_manager.rule_of(p_rule jsonb) returns public.validation_rules
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_rule public.validation_rules;
begin
  v_rule.rule_name := p_rule ->> 'name';
  v_rule.field_name := p_rule ->> 'field';
  v_rule.rule_type := p_rule ->> 'kind';
  v_rule.rule_config := coalesce(p_rule -> 'config', '{}');
  v_rule.severity := coalesce(p_rule ->> 'severity', 'warning');
  v_rule.description := p_rule ->> 'description';
  v_rule.is_active := false;
  v_rule.version := 1;
  perform property_manager.require_rule(v_rule, 'see docs/rules.md: what each kind needs');
  return v_rule;
end
$$;

-- Says who changes rules in this transaction; none of it is a rule that comes with the program.
create function property_manager.change_rules_as(p_actor text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('property_manager.actor', coalesce(p_actor, ''), true);
  perform set_config('property_manager.seeding', '', true);
end
$$;

-- Adds rules, all or none: drafts, which no sync checks, or enabled. In: [{name, field, kind, severity,
-- description, config}]. Out: their names.
create function api.add_rules(p_rules jsonb, p_enabled boolean, p_actor text) returns text[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given jsonb;
  v_rule  public.validation_rules;
  v_names text[] := '{}'::text[];
begin
  perform property_manager.change_rules_as(p_actor);
  for v_given in select g from jsonb_array_elements(p_rules) with ordinality a (g, nth) order by a.nth loop
    v_rule := property_manager.rule_of(v_given);
    insert into public.validation_rules (rule_name, field_name, rule_type, rule_config, severity, is_active,
      description)
    values (v_rule.rule_name, v_rule.field_name, v_rule.rule_type, v_rule.rule_config, v_rule.severity,
      p_enabled, v_rule.description)
    on conflict (rule_name) do nothing;
    if not found then
      raise exception 'there is a rule "%" already', v_rule.rule_name
        using errcode = 'PMUSE', hint = 'choose another name, or change it: rules set ' || v_rule.rule_name;
    end if;
    v_names := array_append(v_names, v_rule.rule_name);
  end loop;
  return v_names;
end
$$;

-- Changes a rule, which its next version is then; the next sync checks every row by it. In: its name;
-- severity and whether it is checked, each null to leave it; what to add to or replace in its configuration,
-- null to take a setting away.
create function api.set_rule(p_name text, p_severity text, p_active boolean, p_config jsonb, p_actor text)
returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_rule    public.validation_rules;
  v_version integer;
begin
  perform property_manager.change_rules_as(p_actor);
  perform from public.validation_rules where rule_name = p_name for update;
  v_rule := property_manager.rule_with(p_name, p_config);
  update public.validation_rules r
  set severity = coalesce(p_severity, r.severity), is_active = coalesce(p_active, r.is_active),
    rule_config = v_rule.rule_config
  where r.rule_name = p_name
  returning r.version into v_version;
  return v_version;
exception when invalid_parameter_value then
  raise exception '%', sqlerrm using errcode = 'PMUSE', hint = 'see rules show ' || p_name;
end
$$;

-- Removes a rule that no sync has checked: findings name the others. Its history is kept.
create function api.remove_rule(p_name text, p_actor text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_rule public.validation_rules;
begin
  perform property_manager.change_rules_as(p_actor);
  v_rule := property_manager.rule_with(p_name, '{}');
  perform from public.validation_rules where rule_name = p_name for update;
  if exists (select from property_manager.stage_results s
      where s.stage in ('sift', 'validate_built_in', 'validate_written') and s.ended_at >= v_rule.enabled_at)
    or (v_rule.enabled_at is not null and not exists (select from api.rule_history(p_name) h
      where h.action = 'add_rule'))
  then
    raise exception 'rule % has judged rows, and what it found of them names it', p_name
      using errcode = 'PMUSE', hint = 'switch it off: rules disable ' || p_name;
  end if;
  delete from public.validation_rules where rule_name = p_name;
end
$$;

-- Lets the rules that are limited to a source follow its new name.
create function property_manager.rename_in_rules(p_old text, p_new text, p_actor text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.change_rules_as(p_actor);
  update public.validation_rules r
  set rule_config = jsonb_set(r.rule_config, '{when,source}', case
    when jsonb_typeof(r.rule_config #> '{when,source}') = 'array'
      then (r.rule_config #> '{when,source}') - p_old || to_jsonb(p_new)
    else to_jsonb(p_new) end)
  where r.rule_config #> '{when,source}' @> to_jsonb(p_old);
end
$$;
