-- Rules are checked when they are written, versioned when they change, and seeded with those in use.

create function property_manager.check_rule() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_field   property_manager.listing_fields;
  v_config  jsonb := new.rule_config;
  v_problem text;
begin
  select * into v_field from property_manager.listing_fields where name = new.field_name;
  v_problem := case
    when jsonb_typeof(v_config) <> 'object' then 'rule_config must be a JSON object'
    when new.rule_type <> 'custom' and v_field.name is null then format('there is no listing field "%s"', new.field_name)
    when new.field_name is not null and v_field.name is null then format('there is no listing field "%s"', new.field_name)
    when new.rule_type = 'range' and v_field.sql_type !~ '^(numeric|integer)' then 'a range needs a numeric field'
    when new.rule_type = 'range' and not (v_config ? 'min' or v_config ? 'max') then 'a range needs min, max or both'
    when new.rule_type = 'range' and exists (
      select from jsonb_each(v_config) e where e.key in ('min', 'max') and jsonb_typeof(e.value) <> 'number'
    ) then 'min and max must be numbers'
    when new.rule_type = 'length' and exists (
      select from jsonb_each(v_config) e where e.key in ('min', 'max') and e.value::text !~ '^\d{1,9}$'
    ) then 'min and max must be whole numbers'
    when new.rule_type = 'pattern' and jsonb_typeof(v_config -> 'regex') is distinct from 'string' then 'a pattern needs a regex'
    when new.rule_type = 'one_of' and jsonb_typeof(v_config -> 'values') is distinct from 'array' then 'one_of needs a list of values'
    when new.rule_type = 'compare' and not coalesce(v_config ->> 'operator' in ('<', '<=', '=', '<>', '>=', '>'), false)
      then 'compare needs an operator: <, <=, =, <>, >= or >'
    when new.rule_type = 'compare' and not exists (
      select from property_manager.listing_fields o
      where o.name = v_config ->> 'other_field' and split_part(o.sql_type, '(', 1) = split_part(v_field.sql_type, '(', 1)
    ) then 'compare needs an other_field of the same type'
    when new.rule_type = 'custom' and not exists (
      select from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'property_manager_rules' and p.proname = v_config ->> 'function' and p.pronargs = 1
        and p.proargtypes[0] = 'public.property_scrapes_staging'::regtype and p.prorettype = 'text'::regtype
    ) then format('there is no function property_manager_rules.%s(public.property_scrapes_staging) returns text', v_config ->> 'function')
  end;
  if v_problem is null and new.rule_type = 'pattern' then
    begin
      perform '' ~ (v_config ->> 'regex');
    exception when invalid_regular_expression then
      v_problem := sqlerrm;
    end;
  end if;
  if v_problem is not null then
    raise exception 'rule %: %', new.rule_name, v_problem using errcode = 'invalid_parameter_value';
  end if;
  if tg_op = 'UPDATE' and (old.rule_type, old.field_name, old.rule_config, old.severity, old.is_active)
      is distinct from (new.rule_type, new.field_name, new.rule_config, new.severity, new.is_active) then
    new.version := old.version + 1;
  end if;
  new.updated_at := now();
  return new;
end
$$;
create trigger check_rule before insert or update on public.validation_rules
  for each row execute function property_manager.check_rule();
