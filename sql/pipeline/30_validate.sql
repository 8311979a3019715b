-- The rules over a session's candidates, many in one statement that reads each row once: the built-in kinds, and
-- those somebody wrote (a regular expression, a function), which may raise or never end. A batch that fails, and what
-- looks at more than its row, runs a rule in a call; the caller sets timeouts, for a function cannot time itself out.

-- The rules to run, those of a batch together; null is none.
create function api.rules_to_run() returns table (rule_name text, batch text)
language sql stable security definer set search_path = '' as $$
  select r.rule_name, k.batch
  from public.validation_rules r
  cross join lateral (select case
    when r.rule_type in ('pattern', 'custom') then 'written'
    when r.rule_type <> 'unique' then 'built_in' end as batch) k
  where r.is_active
  order by k.batch, r.rule_name
$$;

-- What a query of rules finds: (rule_name, row_no, value, reason). A rule only reads, whatever its function tries: it
-- runs with the rights of our owner, and what it wrote would be committed with its findings. What it raises is handed
-- on in words alone, for a code it chose could be taken for ours or for the server's.
create function property_manager.rule_findings(p_query text, p_session uuid, p_source integer, p_row integer)
returns table (rule_name text, row_no integer, value text, reason text)
language plpgsql set search_path = '' as $$
begin
  begin -- the end of this block, a subtransaction, ends the reading only
    perform set_config('transaction_read_only', 'on', true);
    return query execute format('select q.name, q.row_no, q.value::text, q.reason::text from (%s) q (name, row_no, value, reason)', p_query)
      using p_session, p_source, p_row;
  exception when others or assert_failure then
    raise exception '%', sqlerrm;
  end;
end
$$;

-- Notes what a query of rules finds, of the whole session or of one row. Out: how much that is.
create function property_manager.save_findings(p_query text, p_session uuid, p_row integer default null) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_source constant integer := (select source_id from public.scraping_sessions where id = p_session);
  v_found bigint;
begin
  insert into property_manager.findings (session_id, row_no, rule_name, rule_version, severity, outcome, field_name, value, reason)
  select p_session, f.row_no, r.rule_name, r.version, r.severity, 'failed', r.field_name, left(f.value, 200), left(f.reason, 500)
  from property_manager.rule_findings(p_query, p_session, v_source, p_row) f
  join public.validation_rules r using (rule_name);
  get diagnostics v_found = row_count;
  return v_found;
end
$$;

-- A batch of rules at once: all of them, or none.
create function api.validate_batch(p_session uuid, p_epoch bigint, p_batch text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_stage constant text := 'validate_' || p_batch;
  v_run   constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, v_stage);
  v_query text;
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  perform property_manager.tune_planner_by_sift(p_session);
  v_query := property_manager.rules_query(array(select rule_name from api.rules_to_run() where batch = p_batch));
  return property_manager.leave_stage(p_session, p_epoch, v_stage, jsonb_build_object('findings',
    case when v_query is null then 0 else property_manager.save_findings(v_query, p_session) end));
end
$$;

-- One rule. With p_each, row by row: a row on which the rule raises is errored, the rest go on.
create function api.validate_rule(p_session uuid, p_epoch bigint, p_rule text, p_each boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
    perform property_manager.save_findings(v_query, p_session); -- of no row yet: a rule that cannot even be planned cannot run at all
    for v_row in select row_no from property_manager.candidates where session_id = p_session order by row_no loop
      begin
        perform property_manager.save_findings(v_query, p_session, v_row);
      exception when others then -- whatever a rule raises is that row's finding; a timeout is not caught here
        perform property_manager.rule_errored(p_session, v_rule, v_row, sqlerrm);
      end;
    end loop;
  end if;
  select count(*) into v_found from property_manager.findings where session_id = p_session and rule_name = p_rule;
  return property_manager.leave_stage(p_session, p_epoch, v_stage, jsonb_build_object('findings', v_found));
end
$$;

create function property_manager.rule_errored(p_session uuid, p_rule public.validation_rules, p_row integer, p_why text) returns void
language sql security definer set search_path = '' as $$
  insert into property_manager.findings (session_id, row_no, rule_name, rule_version, severity, outcome, field_name, reason)
  values (p_session, p_row, p_rule.rule_name, p_rule.version, p_rule.severity, 'errored', p_rule.field_name,
    format('rule %s could not be checked: %s', p_rule.rule_name, left(p_why, 300)))
$$;

-- A rule that could not run at all (it timed out, or cannot be made into a query).
create function api.rule_failed(p_session uuid, p_epoch bigint, p_rule text, p_why text) returns jsonb
language plpgsql security definer set search_path = '' as $$
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
