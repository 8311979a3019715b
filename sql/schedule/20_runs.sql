-- Runs of jobs by workers. A worker takes a job, says every few seconds that it is alive, and ends the run; a
-- worker that is silent for a minute is dead, and another one takes the job over.

-- The session with which a scrape goes on whose last run was broken off; null when there is none.
create function property_manager.to_resume(p_job property_manager.jobs) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id
  from (select * from property_manager.job_runs n where n.job_id = p_job.id order by n.id desc limit 1) r
  join public.scraping_sessions s on s.status = 'running' and s.base_url = p_job.options ->> 'url'
    -- letting go of a session dates its last sign back by two minutes
    and s.heartbeat_at >= r.started_at - interval '3 minutes'
  where p_job.command[1] = 'scrape' and not p_job.options ? 'resume'
    -- partly: it waited for the next day, or for the end of its quiet hours
    and r.outcome in ('running', 'stopped', 'lost', 'partly')
    and property_manager.is_interrupted(s) and property_manager.can_resume(s)
  order by s.started_at desc
  limit 1
$$;

-- What a worker should run now, and with which session a scrape goes on.
create function api.due_jobs() returns table (name text, command text[], cron text, timeout_seconds integer,
  next_due timestamptz, why text, resume uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select j.name, j.command, j.cron, j.timeout_seconds, j.next_due, y.why, property_manager.to_resume(j)
  from property_manager.jobs j
  cross join lateral (select property_manager.why_due(j)) y (why)
  where y.why is not null
  order by j.next_due, j.name
$$;

-- Takes a job for a worker, if it is still due as the worker saw it. A run that has lost its worker ends.
-- In: the time at which the worker saw it due; its next time; the worker.
-- Out: the run; null when another worker was first, or the job is not due.
create function api.take_job(p_name text, p_due timestamptz, p_next timestamptz, p_worker text)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_job property_manager.jobs;
  v_run bigint;
begin
  select * into v_job from property_manager.jobs where name = p_name for update;
  -- in a statement of its own, as another worker may have taken the job while this one waited for it
  if not found or v_job.next_due is distinct from p_due or property_manager.why_due(v_job) is null then
    return null;
  end if;
  perform property_manager.end_lost_run(v_job.id);
  delete from property_manager.job_wakes where job_id = v_job.id;
  update property_manager.jobs set next_due = p_next where id = v_job.id and next_due <= clock_timestamp();
  insert into property_manager.job_runs (job_id, worker) values (v_job.id, p_worker) returning id into v_run;
  return v_run;
end
$$;

-- Ends the run of a job whose worker is gone, if there is one.
create function property_manager.end_lost_run(p_job bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.job_runs
  set outcome = 'lost', ended_at = clock_timestamp(),
    message = format('its worker %s gave no sign after %s', worker,
      property_manager.format_moment(heartbeat_at)),
    next_step = 'property-manager schedule list'
  where job_id = p_job and outcome = 'running'
$$;

-- A worker says that it is alive and which runs it has. Out: those that it still holds; another one has taken
-- over the rest.
create function api.keep_runs(p_worker uuid, p_name text, p_runs bigint[]) returns bigint[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into property_manager.workers as w (id, name) values (p_worker, p_name)
  on conflict (id) do update set heartbeat_at = clock_timestamp();
  delete from property_manager.workers where heartbeat_at < clock_timestamp() - interval '1 day';
  update property_manager.job_runs set heartbeat_at = clock_timestamp()
  where id = any (p_runs) and outcome = 'running';
  return array(select id from property_manager.job_runs
    where id = any (p_runs) and outcome = 'running' order by id);
end
$$;

-- Ends a run; repeated, or after another worker has taken it over, it does nothing. A job that was stopped is
-- due again at once. Out: whether it ended the run.
create function api.end_run(p_run bigint, p_outcome text, p_exit_code integer, p_message text, p_next text)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_job bigint;
begin
  update property_manager.job_runs
  set outcome = p_outcome, exit_code = p_exit_code, message = left(p_message, 2000),
    next_step = left(p_next, 1000), ended_at = clock_timestamp()
  where id = p_run and outcome = 'running'
  returning job_id into v_job;
  if not found then
    return false;
  end if;
  if p_outcome = 'stopped' then
    update property_manager.jobs set next_due = least(next_due, clock_timestamp()) where id = v_job;
  end if;
  delete from property_manager.job_runs
  where job_id = v_job and id <= (select r.id from property_manager.job_runs r
    where r.job_id = v_job order by r.id desc offset 200 limit 1);
  return true;
end
$$;

-- A worker has stopped.
create function api.leave_work(p_worker uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from property_manager.workers where id = p_worker
$$;

-- The newest runs of a job, or of all (null).
create function api.job_runs(p_name text, p_limit integer) returns table (job text, worker text,
  started_at timestamptz, ended_at timestamptz, outcome text, exit_code integer, message text,
  next_step text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select j.name, r.worker, r.started_at, r.ended_at, r.outcome, r.exit_code, r.message, r.next_step
  from property_manager.job_runs r join property_manager.jobs j on j.id = r.job_id
  where p_name is null or j.name = p_name
  order by r.id desc
  limit p_limit
$$;
