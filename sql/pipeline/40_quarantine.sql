-- Quarantines the rows that cannot go live: unusable ones, and those that an error rule failed or could not
-- be checked on. Out: {quarantined}.
create function api.quarantine_rows(p_session uuid, p_epoch bigint) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_run      constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch,
    'quarantine');
  v_sift     constant jsonb := property_manager.sifted(p_session);
  v_unusable constant bigint := (v_sift ->> 'unusable')::bigint;
  v_untitled constant bigint := (v_sift ->> 'untitled')::bigint;
  v_count    bigint;
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  perform property_manager.tune_planner();
  if property_manager.record_kind(v_run.source) is not null then
    return property_manager.leave_stage(p_session, p_epoch, 'quarantine', jsonb_build_object('quarantined',
      property_manager.quarantine_records(p_session, v_run.source)));
  end if;
  perform property_manager.excuse_shift(p_session);
  insert into property_manager.quarantine (session_id, row_no, source_id, property_id, reasons)
  select p_session, s.row_no, (v_run.source).id, s.property_id,
    jsonb_agg(bad.reason order by bad.reason ->> 'rule')
  from (
    select u.row_no,
      jsonb_build_object('rule', 'usable row', 'version', 1, 'field', 'property_id', 'value', null, 'reason',
      u.problem) as reason
    from public.property_scrapes_staging u
    where v_unusable > 0 and u.session_id = p_session and u.problem is not null
    union all
    select s.row_no,
      jsonb_build_object('rule', 'listing has a title', 'version', 1, 'field', 'title', 'value', null,
      'reason', 'there is no title, and nothing to build one from')
    from property_manager.candidates c
    cross join lateral /*use staged c.session_id, c.row_no*/ s
    where v_untitled > 0 and c.session_id = p_session and not c.known and s.title is null
    union all
    select f.row_no,
      jsonb_build_object('rule', f.rule_name, 'version', f.rule_version, 'field', f.field_name, 'value',
      f.value, 'reason', f.reason)
    from property_manager.findings f
    where f.session_id = p_session and f.row_no is not null and f.severity = 'error'
  ) bad
  cross join lateral /*use staged p_session, bad.row_no*/ s
  group by s.row_no, s.property_id;
  get diagnostics v_count = row_count;
  return property_manager.leave_stage(p_session, p_epoch, 'quarantine',
    jsonb_build_object('quarantined', v_count));
end
$$;
