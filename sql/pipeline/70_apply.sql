-- Applies a plan: live, audit, the state of its listings, session state and feed position in one transaction.
-- Beside it only follow_changes() writes live: edits, rollbacks, erasures.
-- Out: {change_set_id, position, metrics}.
create function api.apply(p_session uuid, p_epoch bigint, p_actor text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_run     constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, 'apply');
  v_session constant public.scraping_sessions := v_run.session;
  v_source  constant public.sources := v_run.source;
  v_plan    constant property_manager.plans := v_run.plan;
  v_set     bigint;
  v_result  jsonb;
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  p_now := property_manager.moment_done(p_now);
  perform property_manager.tune_planner();
  perform property_manager.refuse_if_moved(v_plan, v_session, v_source);
  perform property_manager.refuse_if_pinned(v_plan, v_session);
  if v_session.kind = 'verification' then
    perform property_manager.refuse_if_seen(v_plan);
  end if;

  v_set := nextval('property_manager.change_set_ids');
  if property_manager.record_kind(v_source) is null then
    perform property_manager.apply_listings(v_plan, v_session, v_source, v_set, p_actor, p_now);
  else
    perform property_manager.apply_records(v_plan, p_session, v_source, v_set, p_actor, p_now);
  end if;
  perform property_manager.remember_content(v_plan, v_session);
  perform property_manager.remember_sightings(v_plan, v_session);
  if property_manager.record_kind(v_source) is null then
    perform property_manager.follow_listings(v_plan, v_session, v_source);
  end if;
  perform property_manager.end_sync(v_plan, v_session);
  if property_manager.record_kind(v_source) is null then
    perform property_manager.count_levels(v_source, v_set, v_plan.metrics);
  end if;

  -- last, because every other writer of the feed waits for it
  v_result := jsonb_build_object('change_set_id', v_set, 'metrics', v_plan.metrics, 'position',
    property_manager.publish(v_set, v_source, p_session, v_plan.id, 'sync', p_actor, v_plan.metrics, p_now));
  return property_manager.leave_stage(p_session, p_epoch, 'apply', v_result);
end
$$;

-- Writes what a plan changes of listings to live and its audit.
create function property_manager.apply_listings(p_plan property_manager.plans,
  p_session public.scraping_sessions, p_source public.sources, p_set bigint, p_actor text, p_now timestamptz)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.create_new(p_plan.id, p_session.id, p_source, p_set, p_actor, p_now);
  perform property_manager.update_known(p_plan.id, p_session.id, p_source, p_set, p_now);
  perform property_manager.audit_known(p_plan.id, p_session.id, p_source, p_set, p_actor, p_now);
  perform property_manager.verify_unchanged(p_plan.id, p_session, p_source);
end
$$;

-- What only listings have beside it: their pages, pins, and the candidates that their pages prove gone.
create function property_manager.follow_listings(p_plan property_manager.plans,
  p_session public.scraping_sessions, p_source public.sources) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.remember_pages(p_session, p_source);
  perform property_manager.update_pins(p_plan.id, p_session);
  perform property_manager.forget_candidates(p_plan, p_session);
  if property_manager.removes_by_page(p_session, p_source) then
    perform property_manager.add_candidates(p_session, p_source, array(
      select m.property_id from property_manager.plan_misses m where m.plan_id = p_plan.id));
  end if;
end
$$;
