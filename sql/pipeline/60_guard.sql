-- Holds plans that look like an outage, a block or a parser break, and sessions of too low a quality. A held
-- plan is cleared only by approving that plan.

-- Decides whether a plan is ready or held.
-- Out: {plan_id, status: ready | held, metrics, quality, reasons: [{code, sentence}], warnings: [sentence],
-- unread, superseded}.
create function api.guard(p_session uuid, p_epoch bigint, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_run     constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, 'guard');
  v_session constant public.scraping_sessions := v_run.session;
  v_source  constant public.sources := v_run.source;
  v_plan    property_manager.plans := v_run.plan;
  v_reasons jsonb;
  v_quality jsonb;
  v_ids     uuid; -- the plan that gives known listings the ids that the session shows
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  p_now := property_manager.moment_done(p_now);
  perform property_manager.tune_planner();

  if v_session.kind = 'verification' then
    -- it has no rows to measure
    select coalesce(jsonb_agg(to_jsonb(g)), '[]') into v_reasons
    from property_manager.guard_gone(v_plan, v_session, v_source) g;
  elsif property_manager.record_kind(v_source) is not null then
    v_quality := property_manager.record_quality(v_plan);
    select coalesce(jsonb_agg(to_jsonb(g)), '[]') into v_reasons
    from property_manager.guard_records(v_plan, v_session, v_source, v_quality) g;
  else
    perform property_manager.measure_session(v_plan, v_session, p_now);
    perform property_manager.find_anomalies(v_session, v_source, p_now);
    v_quality := property_manager.session_quality(v_session, p_now);
    v_ids := property_manager.plan_session_ids(v_plan, v_session, v_source);
    select coalesce(jsonb_agg(to_jsonb(g)), '[]') into v_reasons
    from (
      select * from property_manager.guard_renamed(v_ids)
      union all
      select * from property_manager.guard_session(v_plan, v_session, v_source, v_quality)
      union all
      select * from property_manager.guard_volume(v_plan, v_session, v_source)
      union all
      select * from property_manager.guard_blanked(v_plan, v_session, v_source)
      union all
      select * from property_manager.guard_repeated(v_plan, v_session, v_source)
      union all
      select * from property_manager.guard_prices(v_plan, v_session, v_source)
      union all
      select * from property_manager.guard_shift(v_session)
      union all
      select * from property_manager.guard_columns(v_session)
      union all
      select * from property_manager.guard_unread(v_session)
      union all
      select * from property_manager.guard_source(v_plan, v_session, v_source)
      union all
      select * from property_manager.guard_new_ids(v_plan, v_session, v_source) where v_ids is null
      union all
      select * from property_manager.guard_shared_ids(v_plan, v_session, v_source)
      union all
      select * from property_manager.guard_older_rows(v_plan, v_session, v_source)
      union all
      select * from property_manager.guard_rules(v_session)
    ) g;
    select v_reasons || coalesce(jsonb_agg(to_jsonb(u)), '[]')
    into v_reasons
    from property_manager.guard_unusual(v_session, v_reasons) u;
  end if;

  update property_manager.plans
  set status = case when v_reasons = '[]' then 'ready' else 'held' end,
      reasons = v_reasons,
      warnings = property_manager.plan_warnings(v_plan, v_session, v_reasons),
      metrics = metrics || jsonb_build_object('data_quality_score', v_quality -> 'overall',
        'completeness_rate', v_quality -> 'completeness')
  where id = v_plan.id
  returning * into v_plan;
  update public.scraping_sessions
  set sync_status = case when v_plan.status = 'held' then 'held'
    when sync_status = 'planned' then 'planned' else 'pending' end
  where id = p_session;
  update public.sync_metadata
  set sync_status = case when v_plan.status = 'held' then 'held' else 'planned' end,
      plan_id = v_plan.id,
      error_summary = v_reasons #>> '{0,sentence}',
      completed_at = now()
  where session_id = p_session and epoch = p_epoch;
  return property_manager.leave_stage(p_session, p_epoch, 'guard', jsonb_build_object(
    'plan_id', v_plan.id, 'status', v_plan.status, 'metrics', v_plan.metrics, 'quality', v_quality,
    'reasons', v_plan.reasons, 'warnings', v_plan.warnings, 'unread', api.session_unread(p_session),
    'superseded', property_manager.superseded_examples(p_session)));
end
$$;

-- What does not hold a plan but is reported: cells that could not be read, rows that lost to another row of
-- their id, growth, what is unusual, rules that could not run, absences that were not counted, pins.
-- In: the reasons that hold it, which are not said twice.
create function property_manager.plan_warnings(p_plan property_manager.plans,
  p_session public.scraping_sessions, p_reasons jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(w.sentence), '[]')
  from (
    select * from (
      select u.sentence from property_manager.unread_fields(p_session) u
      where not exists (
        select from jsonb_array_elements(p_reasons) r where starts_with(r ->> 'sentence', u.sentence))
      order by u.cells desc, u.field
    ) unread
    union all
    select s.sentence
    from property_manager.superseded_sentence(p_session.id,
      property_manager.superseded_examples(p_session.id)) s (sentence)
    where s.sentence is not null
    union all
    select format('absences not counted: %s',
      coalesce(p_session.verdict_reason, 'the session covers its scope in part'))
    where p_session.verdict = 'partial' and p_session.kind <> 'verification'
    union all
    select format('%s rows, usual %s: more than twice as many', p_plan.metrics ->> 'total_scraped',
      round(usual))
    from (
      /*use usual_rows p_session*/
    ) history
    where (p_plan.metrics ->> 'total_scraped')::numeric > 2 * usual
      and not exists (select from property_manager.quality_anomalies a
        where a.session_id = p_session.id and a.kind = 'volume')
    union all
    select u.sentence from property_manager.unusual(p_session.id, 'mild', p_reasons) u
    union all
    select * from property_manager.warn_of_records(p_session, p_reasons)
    union all
    select format('rule %s could not run: %s', f.rule_name, f.reason)
    from property_manager.findings f
    where f.session_id = p_session.id and f.row_no is null and f.severity <> 'error'
    union all
    select * from property_manager.warn_of_rules(p_session)
    union all
    select format('%s pinned field%s from what the source shows: see pin --list', n, case when n = 1
      then ' differs' else 's differ' end)
    from property_manager.pins_differing(p_plan.id, p_session) n
    where n > 0
  ) w (sentence)
$$;
