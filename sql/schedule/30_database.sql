-- Jobs that the database does itself, as pg_cron runs them: step by step, each in a transaction of its own,
-- so that a sync holds no more locks than one of the program, and what was done stays.

-- Whether a server process exists. Of others' processes no more than that can be seen.
create function property_manager.is_alive(p_pid integer) returns boolean
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_catalog.pg_stat_activity where pid = p_pid)
$$;

-- Lets the materialized views catch up with the feed. Out: what kept them from it, or null.
create function property_manager.catch_up_views() returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_upto constant bigint := api.feed_position();
begin
  if api.subscriber_position('views') < v_upto then
    perform api.refresh_views('10s');
    perform api.subscriber_done('views', v_upto);
  end if;
  return null;
exception when others then
  perform api.subscriber_failed('views', sqlerrm);
  return sqlerrm;
end
$$;

-- The next session that a run of sync-pending takes, and its source; null when it has taken as many as it
-- may, or none is left. A source of which one failed, or is at work elsewhere, waits for the next run.
create function property_manager.next_to_sync(p_options jsonb, p_progress jsonb)
returns public.scraping_sessions
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s
  from public.scraping_sessions s
  where s.sync_status = 'pending'
    and (p_options ->> 'source' is null
      or s.source_id = (select f.id from public.sources f where f.name = p_options ->> 'source'))
    and jsonb_array_length(p_progress -> 'seen') < coalesce((p_options ->> 'max_sessions')::integer, 10)
    and not p_progress -> 'seen' @> to_jsonb(s.id)
    and not p_progress -> 'stopped' @> to_jsonb(s.source_id)
  order by s.completed_at, s.id
  limit 1
$$;

-- Notes how the sync of a session ended: applied, held, stale, left (another worker has it) or failed.
create function property_manager.note_sync(
  p_progress jsonb, p_session public.scraping_sessions, p_how text, p_message text, p_next text
) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select (p_progress - 'at') || jsonb_build_object(
    'seen', p_progress -> 'seen' || to_jsonb(p_session.id),
    'stopped', case when p_how in ('failed', 'left')
      then p_progress -> 'stopped' || to_jsonb(p_session.source_id) else p_progress -> 'stopped' end,
    p_how, coalesce((p_progress ->> p_how)::integer, 0) + 1)
    || case when p_message is null then '{}' else jsonb_build_object(
      'message', concat_ws('; ', p_progress ->> 'message',
        format('session %s: %s', left(p_session.id::text, 8), p_message)), 'next', p_next) end
$$;

-- Claims the next session of a run of sync-pending; ends the run when there is none, or no time for it.
create function property_manager.claim_step(
  p_options jsonb, p_progress jsonb, p_worker text, p_late boolean
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_session public.scraping_sessions := property_manager.next_to_sync(p_options, p_progress);
  v_written text;
  v_claimed jsonb;
  v_hint    text;
begin
  if p_options ? 'source'
    and not exists (select from public.sources where name = p_options ->> 'source')
  then
    raise exception 'there is no source "%"', p_options ->> 'source'
      using errcode = 'PMNOF', hint = 'property-manager sources list';
  end if;
  if v_session.id is null or p_late then
    if p_progress ? 'applied' then
      perform property_manager.catch_up_views();
    end if;
    return p_progress || '{"ended": true}';
  end if;
  select min(r.rule_name) into v_written
  from public.sources f
  cross join lateral property_manager.rules_of(f.name) r
  where f.id = v_session.source_id and r.rule_type = 'custom'
    and not exists (select from property_manager.code_objects o
      where starts_with(o.identity, format('property_manager_rules.%s(', r.rule_config ->> 'function')));
  if v_written is not null then
    raise exception 'rule % is a function that others wrote: only the program runs it, under a time limit',
      v_written using hint = 'property-manager schedule install --by worker';
  end if;
  begin
    v_claimed := api.claim(v_session.id, true, p_worker, null,
      (select version from property_manager.code_version));
  exception
    when sqlstate 'PMBSY' or sqlstate 'PMTKN' then
      return property_manager.note_sync(p_progress, v_session, 'left', null, null);
    when others then
      get stacked diagnostics v_hint = pg_exception_hint;
      return property_manager.note_sync(p_progress, v_session, 'failed', sqlerrm, v_hint);
  end;
  if v_claimed ->> 'state' <> 'claimed' then
    return property_manager.note_sync(p_progress, v_session, v_claimed ->> 'state', null, null);
  end if;
  return p_progress || jsonb_build_object('at', jsonb_build_object('session', v_session.id,
    'epoch', v_claimed -> 'epoch', 'stage', 'sift',
    'rules', (select jsonb_agg(r.rule_name order by r.rule_name) from api.rules_to_run(v_session.id) r
      where r.batch is null)));
end
$$;

-- Checks one rule by itself, then row by row, and notes that it could not run.
create function property_manager.rule_step(p_session uuid, p_epoch bigint, p_rule text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_why text;
begin
  for v_each in 0 .. 1 loop
    begin
      perform api.validate_rule(p_session, p_epoch, p_rule, v_each = 1);
      return;
    exception
      when sqlstate 'PMTKN' or sqlstate 'PMVER' then
        raise;
      when others then
        v_why := sqlerrm;
    end;
  end loop;
  perform api.rule_failed(p_session, p_epoch, p_rule, v_why);
end
$$;

-- Does the next stage of the sync that a run is at. Out: the stage after it with what that needs, or how the
-- sync has ended, in `how`.
create function property_manager.stage_step(p_at jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_session constant uuid := (p_at ->> 'session')::uuid;
  v_epoch   constant bigint := (p_at ->> 'epoch')::bigint;
  v_stage   constant text := p_at ->> 'stage';
  v_batch   text;
  v_guarded jsonb;
begin
  case v_stage
    when 'sift' then
      perform api.sift(v_session, v_epoch, true);
      return p_at || '{"stage": "built_in"}';
    when 'built_in', 'written' then
      v_batch := v_stage;
      begin
        if v_batch = 'built_in' then
          perform api.validate_built_in(v_session, v_epoch);
        else
          perform api.validate_written(v_session, v_epoch);
        end if;
      exception
        when sqlstate 'PMTKN' or sqlstate 'PMVER' then
          raise;
        when others then
          -- one of them raised: each by itself shows which
          p_at := p_at || jsonb_build_object('rules', coalesce(nullif(p_at -> 'rules', 'null'), '[]')
            || (select jsonb_agg(r.rule_name order by r.rule_name) from api.rules_to_run(v_session) r
              where r.batch = v_batch));
      end;
      return p_at || jsonb_build_object('stage',
        case v_batch when 'built_in' then 'written' else 'rules' end);
    when 'rules' then
      if coalesce(jsonb_array_length(nullif(p_at -> 'rules', 'null')), 0) = 0 then
        return p_at || '{"stage": "quarantine"}';
      end if;
      perform property_manager.rule_step(v_session, v_epoch, p_at #>> '{rules,0}');
      return p_at || jsonb_build_object('rules', (p_at -> 'rules') - 0);
    when 'quarantine' then
      perform api.quarantine_rows(v_session, v_epoch);
      return p_at || '{"stage": "plan"}';
    when 'plan' then
      perform api.plan(v_session, v_epoch);
      return p_at || '{"stage": "guard"}';
    when 'guard' then
      v_guarded := api.guard(v_session, v_epoch, null);
      if v_guarded ->> 'status' = 'held' then
        perform api.release(v_session, v_epoch);
        return p_at || jsonb_build_object('how', 'held', 'message', v_guarded #>> '{reasons,0,sentence}',
          'next', format('property-manager plans show %s', left(v_guarded ->> 'plan_id', 8)));
      end if;
      return p_at || '{"stage": "apply"}';
    else
      perform api.apply(v_session, v_epoch, 'sync', null);
      perform api.release(v_session, v_epoch);
      return p_at || '{"how": "applied"}';
  end case;
end
$$;

-- The next step of a run of sync-pending: a session is claimed, or the one at hand goes a stage further.
create function property_manager.sync_step(
  p_options jsonb, p_progress jsonb, p_worker text, p_late boolean
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_progress constant jsonb := '{"seen": [], "stopped": []}'::jsonb || p_progress;
  v_session  public.scraping_sessions;
  v_at       jsonb;
  v_hint     text;
  v_why      text;
begin
  if not v_progress ? 'at' then
    return property_manager.claim_step(p_options, v_progress, p_worker, p_late);
  end if;
  select * into v_session from public.scraping_sessions where id = (v_progress #>> '{at,session}')::uuid;
  begin
    v_at := property_manager.stage_step(v_progress -> 'at');
  exception
    when sqlstate 'PMTKN' then
      return property_manager.note_sync(v_progress, v_session, 'left', null, null);
    when sqlstate 'PMOLD' then
      -- a listing was edited since the plan was made: the next run plans anew
      perform api.release(v_session.id, (v_progress #>> '{at,epoch}')::bigint, sqlerrm);
      return property_manager.note_sync(v_progress, v_session, 'left', null, null);
    when others then
      get stacked diagnostics v_hint = pg_exception_hint;
      v_why := sqlerrm;
      perform api.release(v_session.id, (v_progress #>> '{at,epoch}')::bigint, v_why);
      return property_manager.note_sync(v_progress, v_session, 'failed', v_why, nullif(v_hint, ''));
  end;
  if v_at ? 'how' then
    return property_manager.note_sync(v_progress, v_session, v_at ->> 'how', v_at ->> 'message',
      v_at ->> 'next');
  end if;
  return v_progress || jsonb_build_object('at', v_at);
end
$$;

-- The next step of a run of cleanup: a batch of sessions; when none is left, a batch of a source's history.
create function property_manager.cleanup_step(p_options jsonb, p_progress jsonb, p_late boolean) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_age    constant interval := make_interval(days => (p_options ->> 'days')::integer);
  v_old    constant interval := make_interval(days => (p_options ->> 'compact_days')::integer);
  v_source text := p_progress ->> 'folding';
begin
  if p_late then
    return p_progress || '{"ended": true}';
  elsif not p_progress ? 'folding' then
    if (api.cleanup(v_age, 20, false) ->> 'more')::boolean then
      return p_progress;
    elsif v_old is null then
      return p_progress || '{"ended": true}';
    end if;
    v_source := '';
  elsif (api.compact(v_source, v_old, 'cleanup', 500) ->> 'more')::boolean then
    return p_progress;
  end if;
  select min(f.name) into v_source from public.sources f where f.name > v_source;
  return p_progress || case when v_source is null then '{"ended": true}'
    else jsonb_build_object('folding', v_source) end;
end
$$;

-- A run of refresh-views or repair, which is one step.
create function property_manager.single_step(p_command text, p_options jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_failure text;
begin
  if p_command = 'repair' then
    perform api.end_dead_runs();
    perform api.end_dead_sessions(coalesce((p_options ->> 'scrapes')::boolean, false));
    perform api.repair_moments();
  end if;
  v_failure := property_manager.catch_up_views();
  return '{"ended": true}'::jsonb || case when v_failure is null then '{}'
    else jsonb_build_object('failed', 1, 'message', format('views: %s', v_failure)) end;
end
$$;

-- The next step of a run of county match: so many changes are looked at.
create function property_manager.match_step(p_progress jsonb, p_late boolean) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_linked record;
begin
  if p_late then
    return p_progress || '{"ended": true}';
  end if;
  select * into v_linked from api.link_records(20000);
  return case when v_linked.remaining then p_progress else p_progress || '{"ended": true}' end;
end
$$;

-- A run of leads score, which is one step.
create function property_manager.score_step() returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform api.score_leads(null, false, null);
  return '{"ended": true}'::jsonb;
end
$$;

-- Begins a run of a job for pg_cron. Out: the run; null while a process is at work on the last one.
create function property_manager.begin_run(p_job property_manager.jobs) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_running property_manager.job_runs;
  v_run     bigint;
begin
  perform from property_manager.jobs where id = p_job.id for update;
  select * into v_running from property_manager.running_run(p_job.id);
  if v_running.id is not null
    and v_running.heartbeat_at >= clock_timestamp() - property_manager.silence(p_job)
    and (v_running.worker not like 'pg\_cron/%'
      or property_manager.is_alive(split_part(v_running.worker, '/', 2)::integer))
  then
    return null;
  end if;
  perform property_manager.end_lost_run(p_job.id);
  delete from property_manager.job_wakes where job_id = p_job.id;
  insert into property_manager.job_runs (job_id, worker)
  values (p_job.id, format('pg_cron/%s', pg_backend_pid())) returning id into v_run;
  return v_run;
end
$$;

-- Whether half of the time is over that the server gives a statement, and pg_cron's is one: what a run began
-- is finished, and nothing new begun. The next run does the rest.
create function property_manager.is_late(p_run property_manager.job_runs) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.setting <> '0' and clock_timestamp() > p_run.started_at + s.setting::bigint * interval '0.5 ms'
  from pg_catalog.pg_settings s where s.name = 'statement_timeout'
$$;

-- Whether a run has taken too long. A step of one that has not is ended by the server when it would
-- (PostgreSQL 17 or newer).
create function property_manager.is_overdue(p_job property_manager.jobs, p_run property_manager.job_runs)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_left constant interval :=
    p_run.started_at + make_interval(secs => p_job.timeout_seconds) - clock_timestamp();
begin
  if v_left >= interval '0' and current_setting('transaction_timeout', true) is not null then
    perform set_config('transaction_timeout', format('%sms', ceil(1000 * extract(epoch from v_left)) + 1000),
      true);
  end if;
  return v_left < interval '0';
end
$$;

-- Ends a run that has taken too long, and lets go of the source it was at.
create function property_manager.overdue_step(p_job property_manager.jobs, p_progress jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_message constant text := format('it did not end within %s s, and was stopped', p_job.timeout_seconds);
begin
  if p_progress ? 'at' then
    perform api.release((p_progress #>> '{at,session}')::uuid, (p_progress #>> '{at,epoch}')::bigint,
      v_message);
  end if;
  return p_progress || jsonb_build_object('ended', true, 'failed', 1, 'message', v_message);
end
$$;

-- Begins a run of a job, or does its next step, and keeps how far it has come: a call is a transaction.
-- In: the job; the run as the last call gave it, null for a new one.
-- Out: the run; whether there is more to do; the text of its error once it has ended.
create function api.run_step(p_job text, p_run bigint)
returns table (run bigint, more boolean, error text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_job      property_manager.jobs;
  v_run      property_manager.job_runs;
  v_progress jsonb;
  v_outcome  text;
  v_hint     text;
  v_late     boolean;
begin
  select * into v_job from property_manager.jobs where name = p_job;
  if not found or v_job.run_by <> 'pg_cron' then
    return query select null::bigint, false, format('pg_cron has no job %s of this program', p_job);
    return;
  elsif not v_job.enabled then
    return query select null::bigint, false, null::text;
    return;
  elsif p_run is null then
    select property_manager.begin_run(v_job) into run;
    return query select run, run is not null, null::text;
    return;
  end if;
  update property_manager.job_runs set heartbeat_at = clock_timestamp()
  where id = p_run and outcome = 'running' returning * into v_run;
  if not found then
    return query select p_run, false, 'the run was ended by another process'::text;
    return;
  end if;
  v_late := property_manager.is_late(v_run);
  begin
    v_progress := case
      when property_manager.is_overdue(v_job, v_run) then property_manager.overdue_step(v_job, v_run.progress)
      when v_job.command[1] = 'sync-pending'
        then property_manager.sync_step(v_job.options, v_run.progress, v_run.worker, v_late)
      when v_job.command[1] = 'cleanup'
        then property_manager.cleanup_step(v_job.options, v_run.progress, v_late)
      when v_job.command[1] = 'county' then property_manager.match_step(v_run.progress, v_late)
      when v_job.command[1] = 'leads' then property_manager.score_step()
      else property_manager.single_step(v_job.command[1], v_job.options) end;
  exception when others or query_canceled then
    get stacked diagnostics v_hint = pg_exception_hint;
    v_progress := v_run.progress
      || jsonb_build_object('ended', true, 'failed', 1, 'message', sqlerrm, 'next', nullif(v_hint, ''));
  end;
  update property_manager.job_runs set progress = v_progress where id = p_run;
  if v_progress ? 'ended' then
    v_outcome := case
      when v_progress ? 'failed' and v_progress ?| '{applied,held,stale}' then 'partly'
      when v_progress ? 'failed' then 'failed'
      when v_progress ? 'held' then 'refused'
      else 'done' end;
    perform api.end_run(p_run, v_outcome, null, v_progress ->> 'message', v_progress ->> 'next');
  end if;
  return query select p_run, not v_progress ? 'ended',
    case when v_outcome in ('failed', 'partly') then v_progress ->> 'message' end;
end
$$;
