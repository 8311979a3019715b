-- Rules of the kind "likely" judge a price by what the source showed before; any rule can be limited to some rows.

alter table public.validation_rules drop constraint validation_rules_rule_type_check;
alter table public.validation_rules add constraint validation_rules_rule_type_check check (rule_type in (
  'required', 'range', 'pattern', 'one_of', 'length', 'unique', 'compare', 'certain', 'likely', 'custom'));

-- A rule can also find that a value is doubtful, with what it may stand for.
alter table property_manager.findings drop constraint findings_outcome_check;
alter table property_manager.findings add constraint findings_outcome_check
  check (outcome in ('failed', 'errored', 'doubtful'));
alter table property_manager.findings add column readings jsonb;
comment on column property_manager.findings.readings is
  'The values that a doubtful cell may stand for, as text; as given first.';
create index findings_doubtful_idx on property_manager.findings (session_id) where outcome = 'doubtful';

-- What a source asks for homes of one operation, period, currency, place and type. A value that a listing lacks
-- is ''; the place '*' is all places together.
create table property_manager.price_levels (
  source_id integer not null references public.sources (id) on delete cascade,
  operation text not null,
  period    text not null,
  currency  text not null,
  place     text not null,
  kind      text not null,
  homes     integer not null,
  least     numeric not null,
  middle    numeric not null,
  most      numeric not null,
  per_m2    numeric,
  primary key (source_id, operation, period, currency, place, kind)
);
comment on table property_manager.price_levels is
  'Of the listings in live at the change set of price_counts, in groups of five homes or more.';
comment on column property_manager.price_levels.least is 'The 10th percentile of the prices; middle the median, most the 90th.';
comment on column property_manager.price_levels.per_m2 is 'The median price per m².';

-- When the levels of a source were counted, and over how many listings.
create table property_manager.price_counts (
  source_id     integer primary key references public.sources (id) on delete cascade,
  change_set_id bigint not null,
  homes         bigint not null
);

create or replace function property_manager.check_rule() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
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
    when new.rule_type = 'range' and jsonb_typeof(v_config -> 'scaled') <> 'boolean' then 'scaled must be true or false'
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
    when new.rule_type = 'likely' and new.field_name <> 'price' then 'only a price is judged by what the source showed before'
    when new.rule_type = 'likely' and v_config ? 'times' and (jsonb_typeof(v_config -> 'times') <> 'number'
      or v_config -> 'times' < '3') then 'times must be a number of at least 3'
    when new.rule_type = 'likely' and v_config ? 'homes' and (v_config ->> 'homes' !~ '^\d{1,9}$'
      or v_config -> 'homes' < '5') then 'homes must be a whole number of at least 5'
    when v_config ? 'when' and new.rule_type in ('unique', 'likely') then format('a rule of the kind %s judges all rows', new.rule_type)
    when v_config ? 'when' and jsonb_typeof(v_config -> 'when') <> 'object' then 'when must be {field: value or values}'
  end;
  if v_problem is null and v_config ? 'when' then
    select format('when: there is no text field "%s", or its values are no texts', e.key) into v_problem
    from jsonb_each(v_config -> 'when') e
    where not exists (select from property_manager.listing_fields o where o.name = e.key and o.sql_type = 'text')
      or exists (
        select from jsonb_array_elements(case jsonb_typeof(e.value) when 'array' then e.value else jsonb_build_array(e.value) end) v
        where jsonb_typeof(v) not in ('string', 'null'))
    limit 1;
  end if;
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

-- Rules that are as they were given: an error only for what cannot be, and sales apart from rents.
update public.validation_rules set rule_config = '{"min": 0, "max": 200}',
  description = 'More bedrooms than any home has.'
where rule_name = 'bedrooms_range' and rule_config = '{"min": 0, "max": 20}' and version = 1;
update public.validation_rules set rule_config = '{"min": 0, "max": 200}',
  description = 'More bathrooms than any home has.'
where rule_name = 'bathrooms_range' and rule_config = '{"min": 0, "max": 10}' and version = 1;
update public.validation_rules set
  rule_config = '{"min": 1000, "max": 50000000, "scaled": true, "when": {"operation_type": ["sale", null]}}',
  description = 'Outside what homes for sale usually cost.'
where rule_name = 'price_range' and rule_config = '{"min": 1000, "max": 50000000}' and version = 1;
