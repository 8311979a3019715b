-- Checks the rules on a session's candidates, many rules in one statement that reads each row once: the
-- built-in kinds, and the written ones (a regular expression, a function), which may raise or never end. When
-- a batch fails, and for rules that compare rows, each rule is a call of its own. A function cannot time
-- itself out, and a written one can catch its own cancellation: the caller sets the limits, and ends the
-- backend of a call that does not keep them. So what may not end is run first, and locks nothing that others
-- wait for.

-- The rules that judge a session and the batch of each; null for a rule that is a query of its own.
create function api.rules_to_run(p_session uuid) returns table (rule_name text, batch text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.rule_name, k.batch
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  cross join lateral property_manager.rules_of(f.name) r
  cross join lateral (select case
    when property_manager.record_kind(f) is not null then 'built_in'
    when r.rule_type in ('pattern', 'custom') then 'written'
    when r.rule_type <> 'unique' then 'built_in' end as batch) k
  where s.id = p_session
  order by k.batch, r.rule_name
$$;

-- What was found of a row: that a rule fails, or that it could not be checked.
create type property_manager.finding as (
  rule_name text,
  row_no    integer,
  outcome   text,
  value     text,
  reason    text
);

-- The findings of a query of rules, of a whole session or of one row. It can only read, and leaves nothing
-- but what it found: it runs with the rights of our owner, in a subtransaction that is always undone, with
-- its settings, locks and notifications. An error is raised anew with its message alone, because its code
-- could be taken for one of ours or the server's.
create function property_manager.rule_findings(p_query text, p_session uuid, p_row integer default null)
returns property_manager.finding[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_source constant integer := (select source_id from public.scraping_sessions where id = p_session);
  v_found  property_manager.finding[];
  v_ended  boolean := false;
begin
  begin
    perform set_config('transaction_read_only', 'on', true);
    perform set_config('client_min_messages', 'error', true);
    execute format($sql$
      select array_agg(row(q.name, q.row_no, 'failed', left(q.value::text, 200),
        left(q.reason::text, 500))::property_manager.finding)
      from (%s) q (name, row_no, value, reason)$sql$, p_query)
      into v_found using p_session, v_source, p_row;
    v_ended := true;
    raise exception 'undo what the rules did';
  exception
    /*use undo_rules v_ended*/
  end;
  return v_found;
end
$$;

-- Whether a stage has stored its result under this epoch, without a lock.
create function property_manager.stage_is_done(p_session uuid, p_epoch bigint, p_stage text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from property_manager.stage_results
    where session_id = p_session and epoch = p_epoch and stage = p_stage)
$$;

-- Extends the lease of a worker that checks rules, which hold no lock on the source: edits and pins pass.
-- Refuses a worker whose lease was taken over since.
create function api.keep_lease(p_session uuid, p_epoch bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update property_manager.leases
  set leased_until = clock_timestamp() + property_manager.lease_time(), yields = true
  where session_id = p_session and epoch = p_epoch;
  if not found then
    raise exception 'the sync of session % was taken over by another worker', p_session
      using errcode = 'PMTKN',
        hint = 'nothing of this run was written; see session-details --session-id ' || p_session;
  end if;
end
$$;

-- Stores findings as the result of a stage: only here the source is locked. In: the rules as they were when
-- they were checked.
create function property_manager.keep_findings(
  p_session uuid, p_epoch bigint, p_stage text, p_rules public.validation_rules[],
  p_found property_manager.finding[]
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_run   constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, p_stage);
  v_found bigint;
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  insert into property_manager.findings (session_id, row_no, rule_name, rule_version, severity, outcome,
    field_name, value, reason)
  select p_session, f.row_no, r.rule_name, r.version, r.severity, f.outcome, r.field_name, f.value, f.reason
  from unnest(p_found) f
  join unnest(p_rules) r using (rule_name);
  get diagnostics v_found = row_count;
  return property_manager.leave_stage(p_session, p_epoch, p_stage, jsonb_build_object('findings', v_found));
end
$$;

-- Checks the rules of built-in kinds in one statement; one error fails them all. They run none of the code of
-- others, so their findings, which can be many, go straight into the table.
create function api.validate_built_in(p_session uuid, p_epoch bigint) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_stage constant text := 'validate_built_in';
  v_run   constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, v_stage);
  v_most  constant boolean := property_manager.are_most(p_session);
  v_query constant text := property_manager.rules_query(
    array(select rule_name from api.rules_to_run(p_session) where batch = 'built_in'), v_most);
  v_rule  public.validation_rules;
  v_found bigint := 0;
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  if property_manager.record_kind(v_run.source) is not null then
    v_found := property_manager.validate_records(v_run.session, v_run.source, null);
    return property_manager.leave_stage(p_session, p_epoch, v_stage,
      jsonb_build_object('findings', v_found));
  end if;
  if v_query is not null then
    perform property_manager.walk_rows(v_most);
    execute format($sql$
      insert into property_manager.findings (session_id, row_no, rule_name, rule_version, severity, outcome,
        field_name, value, reason)
      select $1, q.row_no, r.rule_name, r.version, r.severity, 'failed', r.field_name, left(q.value, 200),
        left(q.reason, 500)
      from (%s) q (rule_name, row_no, value, reason)
      join public.validation_rules r using (rule_name)$sql$, v_query)
      using p_session;
    get diagnostics v_found = row_count;
  end if;
  perform property_manager.walk_rows(false);
  for v_rule in
    select * from property_manager.rules_of((v_run.source).name) where rule_type = 'likely' order by rule_name
  loop
    v_found := v_found + property_manager.keep_unlikely_prices(p_session, v_rule);
  end loop;
  return property_manager.leave_stage(p_session, p_epoch, v_stage, jsonb_build_object('findings', v_found));
end
$$;

-- Checks the written rules in one statement, before it locks the source; one error fails them all.
create function api.validate_written(p_session uuid, p_epoch bigint) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_stage constant text := 'validate_written';
  v_rules constant public.validation_rules[] := array(
    select r from public.validation_rules r join api.rules_to_run(p_session) b using (rule_name)
    where b.batch = 'written');
  v_most  constant boolean := property_manager.are_most(p_session);
  v_query constant text := property_manager.rules_query(array(select r.rule_name from unnest(v_rules) r),
    v_most);
  v_found property_manager.finding[];
begin
  if v_query is not null and not property_manager.stage_is_done(p_session, p_epoch, v_stage) then
    perform property_manager.walk_rows(v_most);
    v_found := property_manager.rule_findings(v_query, p_session);
    perform property_manager.walk_rows(false);
  end if;
  return property_manager.keep_findings(p_session, p_epoch, v_stage, v_rules, v_found);
end
$$;

-- A rule by its name: of listings, or of the county records that a session has.
create function property_manager.rule_of_session(p_session uuid, p_rule text) returns public.validation_rules
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_rule public.validation_rules;
begin
  select * into strict v_rule
  from (
    select r.* from public.validation_rules r where property_manager.session_kind(p_session) is null
    union all
    select r.* from property_manager.rules_of_records(property_manager.session_kind(p_session)) r
  ) known
  where known.rule_name = p_rule;
  return v_rule;
end
$$;

-- Checks one of the checks of county records alone.
create function property_manager.validate_check(p_session uuid, p_epoch bigint, p_rule text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_stage constant text := 'validate ' || p_rule;
  v_run   constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, v_stage);
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  return property_manager.leave_stage(p_session, p_epoch, v_stage, jsonb_build_object('findings',
    property_manager.validate_records(v_run.session, v_run.source, p_rule)));
end
$$;

-- Checks one rule, before it locks the source. With p_each, row by row: a row on which the rule raises is
-- errored, the others go on.
create function api.validate_rule(p_session uuid, p_epoch bigint, p_rule text, p_each boolean) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_stage constant text := 'validate ' || p_rule;
  v_rule  public.validation_rules;
  v_query text;
  v_found property_manager.finding[];
  v_of    property_manager.finding[];
  v_row   integer;
begin
  v_rule := property_manager.rule_of_session(p_session, p_rule);
  if property_manager.session_kind(p_session) is not null then
    return property_manager.validate_check(p_session, p_epoch, p_rule);
  elsif v_rule.rule_type = 'likely' then
    return property_manager.validate_prices(p_session, p_epoch, v_rule);
  end if;
  if not property_manager.stage_is_done(p_session, p_epoch, v_stage) then
    perform property_manager.tune_planner();
    v_query := property_manager.rule_query(v_rule);
    if not p_each or v_rule.rule_type = 'unique' then -- which compares rows: none can be checked alone
      v_found := property_manager.rule_findings(v_query, p_session);
    else
      v_query := v_query || ' and c.row_no = $3';
      -- with no row: a rule that cannot be planned cannot run at all
      perform property_manager.rule_findings(v_query, p_session);
      for v_row in
        select row_no from property_manager.candidates where session_id = p_session order by row_no
      loop
        begin
          v_of := property_manager.rule_findings(v_query, p_session, v_row);
        exception
          when sqlstate 'PMLIM' then
            raise;
          when others then -- whatever a rule raises is that row's finding
            v_of := array[row(p_rule, v_row, 'errored', null,
              property_manager.not_checked(p_rule, sqlerrm))::property_manager.finding];
        end;
        if v_of is not null then
          v_found := array_append(v_found, v_of[1]); -- in place; joining arrays would copy them each time
        end if;
      end loop;
    end if;
  end if;
  return property_manager.keep_findings(p_session, p_epoch, v_stage, array[v_rule], v_found);
end
$$;

-- Checks a rule of the kind "likely" alone. It runs none of the code of others.
create function property_manager.validate_prices(p_session uuid, p_epoch bigint,
  p_rule public.validation_rules)
returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_stage constant text := 'validate ' || p_rule.rule_name;
  v_run   constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, v_stage);
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  perform property_manager.tune_planner();
  return property_manager.leave_stage(p_session, p_epoch, v_stage, jsonb_build_object('findings',
    property_manager.keep_unlikely_prices(p_session, p_rule)));
end
$$;

-- Why a rule was not checked, as findings say it.
create function property_manager.not_checked(p_rule text, p_why text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('rule %s could not be checked: %s', p_rule, left(p_why, 300))
$$;

-- Saves that a rule could not run at all: it did not end in time, or cannot be made into a query.
create function api.rule_failed(p_session uuid, p_epoch bigint, p_rule text, p_why text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_rule public.validation_rules;
begin
  v_rule := property_manager.rule_of_session(p_session, p_rule);
  return property_manager.keep_findings(p_session, p_epoch, 'validate ' || p_rule, array[v_rule],
    array[row(p_rule, null, 'errored', null,
      property_manager.not_checked(p_rule, p_why))::property_manager.finding]);
end
$$;
