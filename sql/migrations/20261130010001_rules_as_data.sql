-- Rules are drafts until they are enabled, may be limited to sources, may allow a share of a session's rows to fail,
-- and every change of one is in the admin audit. Quarantined rows can be discarded, and leave a trace when cleaned up.

-- Rules that are there already may have judged rows. A default fills them in without touching each.
alter table public.validation_rules add column enabled_at timestamptz default now();
alter table public.validation_rules alter column enabled_at drop default;
comment on column public.validation_rules.enabled_at is
  'Since when syncs have checked it, at some time or now; null for a draft, which no sync has checked yet.';

-- Why a rule cannot be as it is, or null.
create function property_manager.rule_problem(p_rule public.validation_rules) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_field   property_manager.listing_fields;
  v_config  jsonb := p_rule.rule_config;
  v_kind    text := p_rule.rule_type;
  v_problem text;
begin
  select * into v_field from property_manager.listing_fields where name = p_rule.field_name;
  v_problem := case
    when jsonb_typeof(v_config) <> 'object' then 'rule_config must be a JSON object'
    when v_kind <> 'custom' and p_rule.field_name is null then format('a rule of the kind %s needs a field', v_kind)
    when p_rule.field_name is not null and v_field.name is null then format('there is no listing field "%s"', p_rule.field_name)
    when v_kind = 'range' and v_field.sql_type !~ '^(numeric|integer)' then 'a range needs a numeric field'
    when v_kind = 'range' and not (v_config ? 'min' or v_config ? 'max') then 'a range needs min, max or both'
    when v_kind = 'range' and exists (
      select from jsonb_each(v_config) e where e.key in ('min', 'max') and jsonb_typeof(e.value) <> 'number'
    ) then 'min and max must be numbers'
    when v_kind = 'range' and jsonb_typeof(v_config -> 'scaled') <> 'boolean' then 'scaled must be true or false'
    when v_kind = 'length' and not (v_config ? 'min' or v_config ? 'max') then 'a length needs min, max or both'
    when v_kind = 'length' and exists (
      select from jsonb_each(v_config) e where e.key in ('min', 'max') and e.value::text !~ '^\d{1,9}$'
    ) then 'min and max must be whole numbers'
    when v_kind in ('range', 'length') and v_config -> 'min' > v_config -> 'max'
      then format('the least, %s, is more than the most, %s', v_config ->> 'min', v_config ->> 'max')
    when v_kind = 'pattern' and jsonb_typeof(v_config -> 'regex') is distinct from 'string' then 'a pattern needs a regex'
    when v_kind = 'one_of' and jsonb_typeof(v_config -> 'values') is distinct from 'array' then 'one_of needs a list of values'
    when v_kind = 'one_of' and (v_config -> 'values' = '[]' or exists (
      select from jsonb_array_elements(v_config -> 'values') v where jsonb_typeof(v) not in ('string', 'number', 'boolean'))
    ) then 'one_of needs at least one value, and none of them null'
    when v_kind = 'compare' and not coalesce(v_config ->> 'operator' in ('<', '<=', '=', '<>', '>=', '>'), false)
      then 'compare needs an operator: <, <=, =, <>, >= or >'
    when v_kind = 'compare' and not exists (
      select from property_manager.listing_fields o
      where o.name = v_config ->> 'other_field' and split_part(o.sql_type, '(', 1) = split_part(v_field.sql_type, '(', 1)
    ) then 'compare needs an other_field of the same type'
    when v_kind = 'custom' and not exists (
      select from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'property_manager_rules' and p.proname = v_config ->> 'function' and p.pronargs = 1
        and p.proargtypes[0] = 'public.property_scrapes_staging'::regtype and p.prorettype = 'text'::regtype
    ) then format('there is no function property_manager_rules.%s(public.property_scrapes_staging) returns text', v_config ->> 'function')
    when v_kind = 'likely' and p_rule.field_name <> 'price' then 'only a price is judged by what the source showed before'
    when v_kind = 'likely' and v_config ? 'times' and (jsonb_typeof(v_config -> 'times') <> 'number'
      or v_config -> 'times' < '3') then 'times must be a number of at least 3'
    when v_kind = 'likely' and v_config ? 'homes' and (v_config ->> 'homes' !~ '^\d{1,9}$'
      or v_config -> 'homes' < '5') then 'homes must be a whole number of at least 5'
    when exists (
      select from jsonb_each(v_config) e where e.key in ('warn_above', 'fail_above')
        and (jsonb_typeof(e.value) <> 'number' or e.value < '0' or e.value > '1')
    ) then 'warn_above and fail_above must be shares: numbers from 0 to 1'
    when v_config -> 'warn_above' > v_config -> 'fail_above'
      then format('warn_above, %s, is more than fail_above, %s', v_config ->> 'warn_above', v_config ->> 'fail_above')
    when v_config ? 'when' and jsonb_typeof(v_config -> 'when') <> 'object' then 'when must be {field: value or values}'
    when v_kind in ('unique', 'likely') and (v_config -> 'when') - 'source' <> '{}'
      then format('a rule of the kind %s judges all rows; it can be limited to sources alone', v_kind)
  end;
  if v_problem is null and v_config ? 'when' then
    select case
      when e.value = '[]' then format('when: %s has no value, so no row would be judged', e.key)
      when e.key = 'source' and exists (
        select from jsonb_path_query(e.value, 'lax $[*]') v where jsonb_typeof(v) <> 'string'
      ) then 'when: a source is a name'
      else format('when: there is no text field "%s", or its values are no texts', e.key) end
    into v_problem
    from jsonb_each(v_config -> 'when') e
    where e.value = '[]'
      or not (e.key = 'source' or exists (
        select from property_manager.listing_fields o where o.name = e.key and o.sql_type = 'text'))
      or exists (
        select from jsonb_path_query(e.value, 'lax $[*]') v
        where jsonb_typeof(v) not in ('string', 'null') or (e.key = 'source' and v = 'null'))
    limit 1;
  end if;
  if v_problem is null and v_kind = 'pattern' then
    begin
      perform '' ~ (v_config ->> 'regex');
    exception when invalid_regular_expression then
      v_problem := sqlerrm;
    end;
  end if;
  return v_problem;
end
$$;

create or replace function property_manager.check_rule() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_problem text;
begin
  -- one whose function or field is gone can still be switched off
  if tg_op = 'INSERT' or new.is_active or (old.rule_type, old.field_name, old.rule_config)
      is distinct from (new.rule_type, new.field_name, new.rule_config) then
    v_problem := property_manager.rule_problem(new);
  end if;
  if v_problem is not null then
    raise exception 'rule %: %', new.rule_name, v_problem using errcode = 'invalid_parameter_value';
  end if;
  if tg_op = 'UPDATE' and (old.rule_type, old.field_name, old.rule_config, old.severity, old.is_active)
      is distinct from (new.rule_type, new.field_name, new.rule_config, new.severity, new.is_active) then
    new.version := old.version + 1;
  end if;
  new.enabled_at := case
    when tg_op = 'UPDATE' and old.enabled_at is not null then old.enabled_at
    when new.is_active then now() end;
  new.updated_at := now();
  return new;
end
$$;

-- A rule as its history tells it.
create function property_manager.rule_told(p_rule public.validation_rules) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('field', p_rule.field_name, 'kind', p_rule.rule_type, 'severity', p_rule.severity,
    'active', p_rule.is_active, 'description', p_rule.description, 'config', p_rule.rule_config)
$$;

-- Notes every change of a rule in the admin audit, whoever makes it and however. The actor is the one that the program
-- names, else the user of the token, else the login.
create function property_manager.audit_rule() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_claims constant jsonb := coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb, '{}');
  v_rule   public.validation_rules;
  v_old    jsonb;
  v_new    jsonb;
begin
  if tg_op <> 'INSERT' then
    v_rule := old;
    v_old := property_manager.rule_told(old);
  end if;
  if tg_op <> 'DELETE' then
    v_rule := new;
    v_new := property_manager.rule_told(new);
  end if;
  if v_old = v_new and old.rule_name = new.rule_name then
    return null;
  end if;
  insert into property_manager.admin_audit (actor, role_name, action, details)
  values (
    coalesce(nullif(current_setting('property_manager.actor', true), ''), 'user:' || (v_claims ->> 'sub'), session_user),
    coalesce(v_claims ->> 'role', session_user),
    case tg_op when 'INSERT' then 'add_rule' when 'DELETE' then 'remove_rule' else case
      when old.is_active and not new.is_active then 'disable_rule'
      when new.is_active and not old.is_active then 'enable_rule'
      else 'change_rule' end end,
    jsonb_build_object('rule', v_rule.rule_name, 'version', v_rule.version, 'old', v_old, 'new', v_new));
  return null;
end
$$;
-- The rules that come with the program, added as it is deployed by the owner, are no deed of anybody.
create trigger audit_added_rule after insert on public.validation_rules for each row
  when (current_user <> 'property_manager_owner'
    or current_setting('property_manager.seeding', true) is distinct from 'on')
  execute function property_manager.audit_rule();
create trigger audit_changed_rule after update or delete on public.validation_rules for each row
  execute function property_manager.audit_rule();
create index admin_audit_rule_idx on property_manager.admin_audit ((details ->> 'rule'), id) where details ? 'rule';
comment on table property_manager.admin_audit is
  'Append-only: who decided what by the HTTP API; every change of a rule; rows of the quarantine that were discarded.';
comment on column property_manager.admin_audit.actor is
  'user:UUID, the subject of the verified token; the account of the command line; the login; or service.';

alter table property_manager.quarantine drop constraint quarantine_status_check;
alter table property_manager.quarantine add constraint quarantine_status_check
  check (status in ('open', 'replaced', 'reprocessed', 'discarded'));
alter table property_manager.quarantine add column decided_by text;
alter table property_manager.quarantine add column decision text;
comment on column property_manager.quarantine.decided_by is 'Who discarded the row.';
comment on column property_manager.quarantine.decision is 'Why it was discarded, in the words of who did.';

alter table property_manager.cleaned_sessions add column quarantined jsonb;
comment on column property_manager.cleaned_sessions.quarantined is
  'Its rows that were set aside: [{rule, status, rows}]; a row that failed several rules counts for each.';
