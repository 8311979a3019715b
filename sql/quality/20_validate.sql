-- The rules over a session's candidates. Built-in kinds run in one statement; pattern and custom rules each in a
-- call of their own, with a timeout that the caller sets beforehand: a function cannot time itself out.

-- The rules to run, in order; `together` ones go into one statement.
create function property_manager.rules_to_run() returns table (rule_name text, together boolean)
language sql stable security definer set search_path = '' as $$
  select r.rule_name, r.rule_type not in ('pattern', 'custom', 'unique')
  from public.validation_rules r
  where r.is_active
  order by 2 desc, r.rule_name
$$;
grant execute on function property_manager.rules_to_run to service_role;

create function property_manager.validate_together(p_session uuid, p_epoch bigint) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_result jsonb := property_manager.enter_stage(p_session, p_epoch, 'validate');
  v_tests  text;
  v_found  bigint := 0;
begin
  if v_result is not null then
    return v_result;
  end if;
  perform property_manager.plan_for_candidates(p_session);
  -- value and reason are made of the rows that fail alone
  select string_agg(format('select %L, %s, %L, %L, %s, %s where %s',
      r.rule_name, r.version, r.severity, r.field_name, t.value, t.reason, t.failing), ' union all ')
  into v_tests
  from public.validation_rules r
  cross join lateral property_manager.rule_test(r) t
  where r.is_active and t.failing is not null;
  if v_tests is not null then
    execute format($sql$
      insert into property_manager.findings (session_id, row_no, rule_name, rule_version, severity, outcome, field_name, value, reason)
      select c.session_id, c.row_no, t.rule_name, t.rule_version, t.severity, 'failed', t.field_name, left(t.value, 200), t.reason
      from property_manager.candidates c
      cross join lateral property_manager.staged(c.session_id, c.row_no) s
      cross join lateral (%s) t (rule_name, rule_version, severity, field_name, value, reason)
      where c.session_id = $1
    $sql$, v_tests) using p_session;
    get diagnostics v_found = row_count;
  end if;
  return property_manager.leave_stage(p_session, p_epoch, 'validate', jsonb_build_object('findings', v_found));
end
$$;
grant execute on function property_manager.validate_together to service_role;

-- What a rule's query finds: (row_no, value, reason). A rule only reads, whatever its function tries: it runs with
-- the rights of our owner, and what it wrote would be committed with its findings. What it raises is handed on in
-- words alone, for a code it chose could be taken for ours or for the server's.
create function property_manager.rule_findings(p_query text, p_session uuid, p_source integer, p_row integer)
returns table (row_no integer, value text, reason text)
language plpgsql set search_path = '' as $$
begin
  begin -- the end of this block, a subtransaction, ends the reading only
    perform set_config('transaction_read_only', 'on', true);
    return query execute format('select q.row_no, q.value::text, q.reason::text from (%s) q (row_no, value, reason)', p_query)
      using p_session, p_source, p_row;
  exception when others or assert_failure then
    raise exception '%', sqlerrm;
  end;
end
$$;

-- One rule. With p_each, row by row: a row on which the rule raises is errored, the rest go on.
create function property_manager.validate_rule(p_session uuid, p_epoch bigint, p_rule text, p_each boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_stage  text := 'validate ' || p_rule;
  v_result jsonb := property_manager.enter_stage(p_session, p_epoch, v_stage);
  v_rule   public.validation_rules;
  v_source integer;
  v_query  text;
  v_found  bigint;
  v_insert text := 'insert into property_manager.findings'
    ' (session_id, row_no, rule_name, rule_version, severity, outcome, field_name, value, reason)'
    ' select $1, f.row_no, %L, %s, %L, ''failed'', %L, left(f.value, 200), left(f.reason, 500)'
    ' from property_manager.rule_findings($2, $1, $3, $4) f';
  v_row    integer;
begin
  if v_result is not null then
    return v_result;
  end if;
  select * into strict v_rule from public.validation_rules where rule_name = p_rule;
  select source_id into v_source from public.scraping_sessions where id = p_session;
  perform property_manager.plan_for_candidates(p_session);
  v_query := property_manager.rule_query(v_rule);
  v_insert := format(v_insert, v_rule.rule_name, v_rule.version, v_rule.severity, v_rule.field_name);
  if not p_each then
    execute v_insert using p_session, v_query, v_source, v_row;
  else
    v_query := v_query || ' and c.row_no = $3';
    execute v_insert using p_session, v_query, v_source, v_row; -- of no row yet: a rule that cannot even be planned cannot run at all
    for v_row in select row_no from property_manager.candidates where session_id = p_session order by row_no loop
      begin
        execute v_insert using p_session, v_query, v_source, v_row;
      exception when others then -- whatever a rule raises is that row's finding; a timeout is not caught here
        perform property_manager.rule_errored(p_session, v_rule, v_row, sqlerrm);
      end;
    end loop;
  end if;
  select count(*) into v_found from property_manager.findings where session_id = p_session and rule_name = p_rule;
  return property_manager.leave_stage(p_session, p_epoch, v_stage, jsonb_build_object('findings', v_found));
end
$$;
grant execute on function property_manager.validate_rule to service_role;

create function property_manager.rule_errored(p_session uuid, p_rule public.validation_rules, p_row integer, p_why text) returns void
language sql security definer set search_path = '' as $$
  insert into property_manager.findings (session_id, row_no, rule_name, rule_version, severity, outcome, field_name, reason)
  values (p_session, p_row, p_rule.rule_name, p_rule.version, p_rule.severity, 'errored', p_rule.field_name,
    format('rule %s could not be checked: %s', p_rule.rule_name, left(p_why, 300)))
$$;

-- A rule that could not run at all (it timed out, or cannot be made into a query).
create function property_manager.rule_failed(p_session uuid, p_epoch bigint, p_rule text, p_why text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_stage  text := 'validate ' || p_rule;
  v_result jsonb := property_manager.enter_stage(p_session, p_epoch, v_stage);
  v_rule   public.validation_rules;
begin
  if v_result is not null then
    return v_result;
  end if;
  select * into strict v_rule from public.validation_rules where rule_name = p_rule;
  perform property_manager.rule_errored(p_session, v_rule, null, p_why);
  return property_manager.leave_stage(p_session, p_epoch, v_stage, jsonb_build_object('errored', p_why));
end
$$;
grant execute on function property_manager.rule_failed to service_role;
