-- How long a worker's lease outlives its last stage. While a stage runs, its transaction locks the lease's
-- row.
create function property_manager.lease_time() returns interval
language sql immutable set search_path = pg_catalog, pg_temp as $$ select interval '30 seconds' $$;

-- Refuses while another worker's lease runs, unless that worker is known to be dead (p_dead names it).
create function property_manager.refuse_if_leased(p_lease property_manager.leases, p_worker text, p_dead text)
returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if p_lease.leased_until > clock_timestamp() and p_lease.worker <> p_worker
    and p_lease.worker is distinct from p_dead then
    raise exception 'another worker is syncing this source (session %)', p_lease.session_id
      using errcode = 'PMBSY', detail = p_lease.worker,
        hint = 'wait until it has ended; one that has died is replaced within half a minute';
  end if;
end
$$;

-- Refuses a program that expects other code than is deployed; null accepts any.
create function property_manager.require_code(p_code text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_code <> (select version from property_manager.code_version) then
    raise exception 'the database runs another version of the code than this program'
      using errcode = 'PMVER', hint = 'update the program, or run: property-manager db migrate';
  end if;
end
$$;

-- Stores the code that a run was claimed under: its stages are refused once that code was replaced.
create function property_manager.remember_code(p_session uuid, p_epoch bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.stage_results (session_id, epoch, stage, result)
  select p_session, p_epoch, 'claim', jsonb_build_object('code', version) from property_manager.code_version
$$;

-- What the result of a sync repeats of its session.
create function property_manager.about_session(p_session public.scraping_sessions) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('session_id', p_session.id, 'source', f.name, 'verdict', p_session.verdict)
  from public.sources f where f.id = p_session.source_id
$$;

-- The state of a session that is not to be claimed: {state: applied | stale | held, …}; null for one that is.
-- Refuses a session that has not ended, or that failed.
create function property_manager.settled_state(p_session public.scraping_sessions, p_only_waiting boolean)
returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_session.status = 'running' then
    raise exception 'session % has not ended: it is running, or was interrupted', p_session.id
      using errcode = 'PMSES',
        hint = 'wait for its scrape to end, or resume it: scrape --resume ' || p_session.id;
  elsif p_session.status = 'failed' then
    raise exception 'session % failed (%): it has nothing to sync', p_session.id,
      coalesce(p_session.error_message, 'no reason given')
      using errcode = 'PMSES', hint = 'run it again';
  elsif p_session.sync_status = 'completed' then
    return '{"state": "applied"}' || coalesce((
      select jsonb_build_object('plan_id', p.id, 'metrics', p.metrics)
      from property_manager.plans p where p.session_id = p_session.id and p.status = 'applied'
    ), '{}');
  elsif p_session.sync_status = 'rolled_back' then
    return jsonb_build_object('state', 'stale', 'why',
      'it was rolled back; to bring it back, roll that back: rollback --change-set '
      || property_manager.undone_by(p_session.id));
  elsif p_only_waiting and p_session.sync_status = 'held' then
    return '{"state": "held"}' || coalesce((
      select jsonb_build_object('plan_id', p.id, 'metrics', p.metrics, 'reasons', p.reasons,
        'warnings', p.warnings)
      from property_manager.plans p
      where p.session_id = p_session.id and p.status in ('held', 'approved')
      order by p.epoch desc limit 1
    ), '{}');
  elsif p_only_waiting and p_session.sync_status = 'discarded' then
    return '{"state": "stale", "why": "its plan was discarded: see plans list"}'::jsonb;
  elsif p_only_waiting and p_session.sync_status = 'planned' then
    return '{"state": "stale", "why": "a dry run staged it: see plans list"}'::jsonb;
  end if;
  return null;
end
$$;

-- Claims a session for one worker, which alone may sync the session's source from then on. Clears what a run
-- that died has left, and starts anew.
-- In: the session; whether to claim it only if it is pending; the worker; a worker known to be dead; the code
-- of the worker.
-- Out: {session_id, source, verdict} and {state: claimed, epoch}; {state: applied, plan_id, metrics} when
-- there is nothing to do; {state: stale, why}; {state: held} with its plan, of a session that is not pending.
create function api.claim(p_session uuid, p_only_waiting boolean, p_worker text, p_dead text, p_code text)
returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_session public.scraping_sessions;
  v_lease   property_manager.leases;
  v_about   jsonb;
  v_settled jsonb;
  v_epoch   bigint;
begin
  perform property_manager.require_code(p_code);
  select l.* into v_lease
  from property_manager.leases l
  join public.scraping_sessions s on s.source_id = l.source_id
  where s.id = p_session
  for update of l;
  select * into v_session from public.scraping_sessions where id = p_session;
  if not found then
    raise exception 'there is no session %', p_session using errcode = 'PMNOF', hint = 'see list-sessions';
  end if;
  perform property_manager.refuse_merged(s) from public.sources s where s.id = v_session.source_id;
  v_about := property_manager.about_session(v_session);
  v_settled := property_manager.settled_state(v_session, p_only_waiting);
  if v_settled is not null then
    return v_about || v_settled;
  end if;
  perform property_manager.refuse_if_leased(v_lease, p_worker, p_dead);
  if v_session.sync_status = 'stale' or exists (
    select from public.scraping_sessions newer
    where newer.scope_id = v_session.scope_id and newer.sync_status = 'completed'
      and newer.completed_at > v_session.completed_at
  ) then
    update public.scraping_sessions set sync_status = 'stale' where id = p_session;
    perform property_manager.queue_unsynced(p_session);
    return v_about || '{"state": "stale", "why": "a newer session of the same scope was applied already"}';
  end if;

  v_epoch := v_lease.epoch + 1;
  update property_manager.leases
  set session_id = p_session, epoch = v_epoch, worker = p_worker,
    leased_until = clock_timestamp() + property_manager.lease_time(), yields = false
  where source_id = v_lease.source_id;
  perform property_manager.end_runs(v_lease.source_id);
  perform property_manager.clear_run(p_session);
  insert into public.sync_metadata (session_id, epoch) values (p_session, v_epoch);
  insert into property_manager.plans (session_id, epoch) values (p_session, v_epoch);
  perform property_manager.remember_code(p_session, v_epoch);
  return v_about || jsonb_build_object('state', 'claimed', 'epoch', v_epoch);
end
$$;

-- Clears what an earlier run of a session left, but for its history.
create function property_manager.clear_run(p_session uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from property_manager.superseded where session_id = p_session;
  delete from property_manager.candidates where session_id = p_session;
  delete from property_manager.scope_differences where session_id = p_session;
  delete from property_manager.findings where session_id = p_session;
  delete from property_manager.quarantine where session_id = p_session;
  update property_manager.plans set status = 'superseded', decided_at = now()
  where session_id = p_session and status in ('draft', 'ready', 'held', 'approved');
end
$$;

-- Ends the lease, so that the next worker need not wait until it runs out.
create function api.release(p_session uuid, p_epoch bigint, p_error text default null) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update property_manager.leases set leased_until = null where session_id = p_session and epoch = p_epoch;
  update public.sync_metadata
  set sync_status = 'failed', error_summary = p_error, completed_at = now()
  where session_id = p_session and epoch = p_epoch
    and (sync_status = 'running' or (sync_status = 'planned' and p_error is not null));
end
$$;

-- What the admin audit says of a plan that somebody decided on.
create function property_manager.about_plan(p_plan property_manager.plans, p_session public.scraping_sessions)
returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('plan', p_plan.id, 'session', p_session.id, 'source', f.name,
    'new', p_plan.metrics -> 'new_properties', 'updated', p_plan.metrics -> 'updated_properties',
    'removed', p_plan.metrics -> 'removed_properties')
  from public.sources f where f.id = p_session.source_id
$$;

-- Approves a saved plan and claims its session, so that exactly this plan can be applied. It is a
-- line of the admin audit, once. Out: as claim(); of a plan that is applied also who decided it, and when.
create function api.approve(p_plan uuid, p_actor text, p_worker text, p_dead text, p_code text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_plan    property_manager.plans;
  v_session public.scraping_sessions;
  v_lease   property_manager.leases;
begin
  perform property_manager.require_code(p_code);
  select s.* into v_session
  from public.scraping_sessions s join property_manager.plans p on p.session_id = s.id
  where p.id = p_plan;
  select * into v_lease from property_manager.leases where source_id = v_session.source_id for update;
  select * into v_plan from property_manager.plans where id = p_plan;
  if not found then
    raise exception 'there is no plan %', p_plan using errcode = 'PMNOF', hint = 'see plans list';
  elsif v_plan.status = 'applied' then
    return property_manager.about_session(v_session)
      || jsonb_build_object('state', 'applied', 'plan_id', p_plan, 'metrics', v_plan.metrics,
        'decided_by', v_plan.decided_by, 'decided_at', v_plan.decided_at);
  elsif v_plan.status not in ('ready', 'held', 'approved') then
    raise exception 'plan % is %: it cannot be applied any more', left(p_plan::text, 8),
      v_plan.status || property_manager.decided(v_plan.decided_by, v_plan.decided_at)
      using errcode = 'PMOLD', hint = 'make a new one: sync --dry-run --session-id ' || v_session.id;
  end if;
  perform property_manager.refuse_if_leased(v_lease, p_worker, p_dead);
  update property_manager.leases
  set session_id = v_session.id, epoch = epoch + 1, worker = p_worker,
    leased_until = clock_timestamp() + property_manager.lease_time(), yields = false
  where source_id = v_lease.source_id
  returning * into v_lease;
  update property_manager.plans
  set status = 'approved', epoch = v_lease.epoch, decided_by = p_actor, decided_at = now()
  where id = p_plan;
  if v_plan.status <> 'approved' or v_plan.decided_by is distinct from p_actor then
    perform property_manager.note_decided(p_actor, 'approve',
      property_manager.about_plan(v_plan, v_session));
  end if;
  perform property_manager.end_runs(v_lease.source_id);
  insert into public.sync_metadata (session_id, plan_id, epoch) values (v_session.id, p_plan, v_lease.epoch);
  perform property_manager.remember_code(v_session.id, v_lease.epoch);
  return property_manager.about_session(v_session)
    || jsonb_build_object('state', 'claimed', 'epoch', v_lease.epoch);
end
$$;
