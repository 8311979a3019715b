-- Checks county records by what config/county/kinds.py declares for the readers of their fields. A finding of
-- the severity `error` sets its row aside.

-- The checks of a kind, in the form of rules.
create function property_manager.rules_of_records(p_kind text) returns setof public.validation_rules
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.*
  from (values
    /*each check ", "*/
    ('{name}', '{read}', {least}::jsonb, {most}::jsonb, '{severity}', {says})
    /*end*/
  ) c (name, read, least, most, severity, says)
  cross join lateral jsonb_populate_record(null::public.validation_rules, jsonb_build_object(
    'rule_name', c.name, 'rule_type', case c.read when '' then 'custom' else 'range' end,
    'rule_config', jsonb_build_object('read', string_to_array(c.read, ', '), 'min', c.least, 'max', c.most),
    'severity', c.severity, 'is_active', true, 'version', 1, 'description', c.says)) r
  where p_kind is not null
$$;

-- The fields of a kind that a check is of.
create function property_manager.checked_fields(p_kind text, p_rule public.validation_rules)
returns table (field_name text, sql_type text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.field_name, f.sql_type from property_manager.record_fields f
  where f.kind = p_kind and f.compared and p_rule.rule_config -> 'read' ? f.read
  order by f.place
$$;

-- Whether a value of a staged record is outside a check's bounds, as an expression. JSON compares values of
-- another type too, so a text where a number should be is outside.
create function property_manager.outside(p_field text, p_rule public.validation_rules) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('(s.content -> %1$L < %2$L::jsonb and s.content -> %1$L <> ''null'''
    ' or s.content -> %1$L > %3$L::jsonb)', p_field, p_rule.rule_config -> 'min', p_rule.rule_config -> 'max')
$$;

-- The query that finds what a session's candidates fail: (rule_name, row_no, field_name, value, reason).
-- In: one check, or null for all; the county of the source, {state, county_fips}, or null. A row is taken
-- apart only where one of its values is outside. Null where nothing is checked.
create function property_manager.record_checks_query(p_kind text, p_rule text, p_county jsonb) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with checks as (
    select r.rule_name, f.field_name, property_manager.outside(f.field_name, r) as outside,
      format('%L || (s.content ->> %L) || %L', f.field_name || ' ', f.field_name, ' ' || r.description)
        as says
    from property_manager.rules_of_records(p_kind) r
    cross join lateral property_manager.checked_fields(p_kind, r) f
    where p_rule is null or r.rule_name = p_rule
    union all
    select r.rule_name, 'county_fips',
      format('(s.content -> ''county_fips'' <> %L or s.content -> ''state'' <> %L)',
        p_county -> 'county_fips', p_county -> 'state'),
      format('format(%L, s.content ->> ''state'', s.content ->> ''county_fips'')', format(
        'its county is %%s %%s, and the source is of %s %s', p_county ->> 'state',
        p_county ->> 'county_fips'))
    from property_manager.rules_of_records(p_kind) r
    where r.rule_name = 'own_county' and p_county is not null and (p_rule is null or p_rule = r.rule_name)
  )
  select format($q$
    select v.rule_name, s.row_no, v.field_name, v.value, v.says
    from property_manager.candidates c
    cross join lateral (
      select one.* from county.staging one where one.session_id = $1 and one.row_no = c.row_no offset 0) s
    cross join lateral (values %s) v (rule_name, field_name, value, outside, says)
    where c.session_id = $1 and (%s) and v.outside$q$,
    string_agg(format('(%L, %L, s.content ->> %2$L, %s, %s)', c.rule_name, c.field_name, c.outside, c.says),
      ', ' order by c.rule_name, c.field_name),
    string_agg(c.outside, ' or ' order by c.rule_name, c.field_name))
  from checks c
  having count(*) > 0
$$;

-- Stores what candidates fail. In: one check, or null for all. Out: how many findings.
create function property_manager.validate_records(p_session public.scraping_sessions, p_source public.sources,
  p_rule text)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_kind  constant text := property_manager.record_kind(p_source);
  v_query constant text := property_manager.record_checks_query(v_kind, p_rule,
    p_session.filters_applied -> 'county');
  v_found bigint := 0;
begin
  perform property_manager.tune_planner();
  if v_query is not null then
    execute format($sql$
      insert into property_manager.findings (session_id, row_no, rule_name, rule_version, severity, outcome,
        field_name, value, reason)
      select $1, q.row_no, r.rule_name, r.version, r.severity, 'failed', q.field_name, left(q.value, 200),
        left(q.reason, 500)
      from (%s) q (rule_name, row_no, field_name, value, reason)
      join property_manager.rules_of_records($2) r using (rule_name)$sql$, v_query)
    using p_session.id, v_kind;
    get diagnostics v_found = row_count;
  end if;
  return v_found;
end
$$;

-- Sets the rows of a session aside that cannot go live, with their reasons.
create function property_manager.quarantine_records(p_session uuid, p_source public.sources) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_unusable constant bigint := (property_manager.sifted(p_session) ->> 'unusable')::bigint;
  v_count    bigint;
begin
  insert into property_manager.quarantine (session_id, row_no, source_id, property_id, reasons)
  select p_session, s.row_no, p_source.id, s.record_id,
    jsonb_agg(bad.reason order by bad.reason ->> 'rule', bad.reason ->> 'field')
  from (
    select u.row_no,
      jsonb_build_object('rule', 'usable row', 'version', 1, 'field', 'record_id', 'value', null, 'reason',
        u.problem) as reason
    from county.staging u
    where v_unusable > 0 and u.session_id = p_session and u.problem is not null
    union all
    select f.row_no,
      jsonb_build_object('rule', f.rule_name, 'version', f.rule_version, 'field', f.field_name, 'value',
        f.value, 'reason', f.reason)
    from property_manager.findings f
    where f.session_id = p_session and f.row_no is not null and f.severity = 'error'
  ) bad
  cross join lateral /*use staged_record p_session, bad.row_no*/ s
  group by s.row_no, s.record_id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
