-- Checks the rules on a session's candidates, many rules in one statement that reads each row once: the
-- built-in kinds, and the written ones (a regular expression, a function), which may raise or never end. When
-- a batch fails, and for rules that compare rows, each rule is a call of its own; the caller sets the
-- timeouts, because a function cannot time itself out.

-- The active rules and the batch of each; null for a rule that is a query of its own.
create function api.rules_to_run() returns table (rule_name text, batch text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.rule_name, k.batch
  from public.validation_rules r
  cross join lateral (select case
    when r.rule_type in ('pattern', 'custom') then 'written'
    when r.rule_type <> 'unique' then 'built_in' end as batch) k
  where r.is_active
  order by k.batch, r.rule_name
$$;

-- The findings of a query of rules: (rule_name, row_no, value, reason). It can only read: it runs with the
-- rights of our owner, and what it wrote would be committed with its findings. An error is raised anew with
-- its message alone, because its code could be taken for one of ours or the server's.
create function property_manager.rule_findings(p_query text, p_session uuid, p_source integer, p_row integer)
returns table (rule_name text, row_no integer, value text, reason text)
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  begin -- the end of this block, a subtransaction, ends the reading only
    perform set_config('transaction_read_only', 'on', true);
    return query execute format(
      'select q.name, q.row_no, q.value::text, q.reason::text from (%s) q (name, row_no, value, reason)',
      p_query)
      using p_session, p_source, p_row;
  exception when others or assert_failure then
    raise exception '%', sqlerrm;
  end;
end
$$;

-- Saves the findings of a query of rules, of the whole session or of one row. Out: their number.
create function property_manager.save_findings(p_query text, p_session uuid, p_row integer default null)
returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_source constant integer := (select source_id from public.scraping_sessions where id = p_session);
  v_found bigint;
begin
  insert into property_manager.findings (session_id, row_no, rule_name, rule_version, severity, outcome,
    field_name, value, reason)
  select p_session, f.row_no, r.rule_name, r.version, r.severity, 'failed', r.field_name, left(f.value, 200),
    left(f.reason, 500)
  from property_manager.rule_findings(p_query, p_session, v_source, p_row) f
  join public.validation_rules r using (rule_name);
  get diagnostics v_found = row_count;
  return v_found;
end
$$;

-- Checks a batch of rules in one statement; one error fails them all.
create function api.validate_batch(p_session uuid, p_epoch bigint, p_batch text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_stage constant text := 'validate_' || p_batch;
  v_run   constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, v_stage);
  v_query text;
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  perform property_manager.tune_planner_by_sift(p_session);
  v_query := property_manager.rules_query(
    array(select rule_name from api.rules_to_run() where batch = p_batch));
  return property_manager.leave_stage(p_session, p_epoch, v_stage, jsonb_build_object('findings',
    case when v_query is null then 0 else property_manager.save_findings(v_query, p_session) end));
end
$$;

-- Checks one rule. With p_each, row by row: a row on which the rule raises is errored, the others go on.
create function api.validate_rule(p_session uuid, p_epoch bigint, p_rule text, p_each boolean) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_stage constant text := 'validate ' || p_rule;
  v_run   constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, v_stage);
  v_rule  public.validation_rules;
  v_query text;
  v_found bigint;
  v_row   integer;
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  select * into strict v_rule from public.validation_rules where rule_name = p_rule;
  perform property_manager.tune_planner_by_sift(p_session);
  v_query := property_manager.rule_query(v_rule);
  if not p_each then
    perform property_manager.save_findings(v_query, p_session);
  else
    v_query := v_query || ' and c.row_no = $3';
    -- with no row: a rule that cannot be planned cannot run at all
    perform property_manager.save_findings(v_query, p_session);
    for v_row in
      select row_no from property_manager.candidates where session_id = p_session order by row_no
    loop
      begin
        perform property_manager.save_findings(v_query, p_session, v_row);
      exception when others then -- whatever a rule raises is that row's finding; a timeout is not caught here
        perform property_manager.rule_errored(p_session, v_rule, v_row, sqlerrm);
      end;
    end loop;
  end if;
  select count(*) into v_found from property_manager.findings
  where session_id = p_session and rule_name = p_rule;
  return property_manager.leave_stage(p_session, p_epoch, v_stage, jsonb_build_object('findings', v_found));
end
$$;

-- Saves that a rule could not be checked, on one row or at all (null).
create function property_manager.rule_errored(p_session uuid, p_rule public.validation_rules, p_row integer,
  p_why text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.findings (session_id, row_no, rule_name, rule_version, severity, outcome,
    field_name, reason)
  values (p_session, p_row, p_rule.rule_name, p_rule.version, p_rule.severity, 'errored', p_rule.field_name,
    format('rule %s could not be checked: %s', p_rule.rule_name, left(p_why, 300)))
$$;

-- Saves that a rule could not run at all: it timed out, or cannot be made into a query.
create function api.rule_failed(p_session uuid, p_epoch bigint, p_rule text, p_why text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_stage constant text := 'validate ' || p_rule;
  v_run   constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, v_stage);
  v_rule  public.validation_rules;
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  select * into strict v_rule from public.validation_rules where rule_name = p_rule;
  perform property_manager.rule_errored(p_session, v_rule, null, p_why);
  return property_manager.leave_stage(p_session, p_epoch, v_stage, jsonb_build_object('errored', p_why));
end
$$;
