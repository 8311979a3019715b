-- Jobs as data: what runs, when, and by whom; how each of them stands.

-- Saves a job; one of the same name is replaced and keeps its runs. In: its next time, or null for pg_cron.
create function api.save_job(
  p_name text, p_command text[], p_options jsonb, p_cron text, p_gap_seconds bigint, p_run_by text,
  p_after_session boolean, p_source text, p_timeout_seconds integer, p_next timestamptz
) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.jobs as j (name, command, options, cron, gap_seconds, run_by, after_session,
    source, timeout_seconds, next_due)
  values (p_name, p_command, p_options, p_cron, p_gap_seconds, p_run_by, p_after_session, p_source,
    p_timeout_seconds, p_next)
  on conflict (name) do update
    set command = excluded.command, options = excluded.options, cron = excluded.cron,
      gap_seconds = excluded.gap_seconds, run_by = excluded.run_by, after_session = excluded.after_session,
      source = excluded.source, timeout_seconds = excluded.timeout_seconds, next_due = excluded.next_due,
      enabled = true, changed_at = clock_timestamp();
  -- it follows the sessions that wait already too
  insert into property_manager.job_wakes (job_id, session_id)
  select j.id, s.id
  from property_manager.jobs j
  join public.scraping_sessions s on s.sync_status = 'pending'
  join public.sources f on f.id = s.source_id
  where j.name = p_name and j.after_session and (j.source is null or j.source = f.name)
  on conflict do nothing;
  select pg_notify('property_manager_jobs', p_name)
$$;

-- Removes a job and its runs.
create function api.remove_job(p_name text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from property_manager.jobs where name = p_name
$$;

-- Lets the jobs of a source follow it to its new name: a command creates the source that it names.
create function property_manager.rename_in_jobs(p_old text, p_new text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.jobs j
  set source = p_new, options = jsonb_set(j.options, '{source}', to_jsonb(p_new)),
    command = array(
      select case when w.word = p_old and w.before = '--source' then p_new
        when w.word = '--source=' || p_old then '--source=' || p_new else w.word end
      from (
        select c.word, c.place, lag(c.word) over (order by c.place) as before
        from unnest(j.command) with ordinality c (word, place)) w
      order by w.place)
  where j.source = p_old
$$;

-- Switches the jobs of a source off.
create function property_manager.stop_jobs(p_source text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.jobs set enabled = false where source = p_source
$$;

-- How long a run of a job may be silent: a worker that is alive says so every few seconds; pg_cron cannot.
create function property_manager.silence(p_job property_manager.jobs) returns interval
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case p_job.run_by when 'worker' then interval '1 minute'
    else make_interval(secs => p_job.timeout_seconds) + interval '1 minute' end
$$;

-- The run of a job that is marked as running, if any.
create function property_manager.running_run(p_job bigint) returns setof property_manager.job_runs
language sql stable rows 1 set search_path = pg_catalog, pg_temp as $$
  select * from property_manager.job_runs where job_id = p_job and outcome = 'running'
$$;

-- Whether the newest runs of a job all lost their worker: then it waits for its next time instead of ending
-- one worker after the other.
create function property_manager.kills_workers(p_job bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) = 3 from (
    select r.outcome from property_manager.job_runs r
    where r.job_id = p_job and r.outcome <> 'running' order by r.id desc limit 3) newest
  where newest.outcome = 'lost'
$$;

-- Why a worker should run a job now: 'time', 'session' or 'takeover' (its worker is dead); null: it should
-- not.
create function property_manager.why_due(p_job property_manager.jobs) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case
    when not p_job.enabled or p_job.run_by <> 'worker' then null
    when r.id is not null and r.heartbeat_at >= clock_timestamp() - property_manager.silence(p_job) then null
    when p_job.next_due <= clock_timestamp() then 'time'
    when r.id is not null and not property_manager.kills_workers(p_job.id) then 'takeover'
    when p_job.after_session
      and exists (select from property_manager.job_wakes w where w.job_id = p_job.id) then 'session'
  end
  from (select) one left join property_manager.running_run(p_job.id) r on true
$$;

-- How long a job may be late: a period, at least five minutes and at most an hour.
create function property_manager.lateness(p_job property_manager.jobs) returns interval
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select greatest(interval '5 minutes', least(interval '1 hour', make_interval(secs => p_job.gap_seconds)))
$$;

-- How many workers are alive.
create function property_manager.live_workers() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from property_manager.workers where heartbeat_at >= clock_timestamp() - interval '1 minute'
$$;

-- A number of things: "1 job", "2 jobs".
create function property_manager.count_of(p_count bigint, p_thing text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('%s %s%s', p_count, p_thing, case p_count when 1 then '' else 's' end)
$$;

-- Every job by its name, with its newest run and what is wrong with it.
-- Out: state: running, waiting or off; trouble: null, 'failed', 'late' or 'lost', with the reason and what to
-- do.
create function api.jobs() returns table (
  name text, command text[], cron text, run_by text, after_session boolean, enabled boolean,
  timeout_seconds integer, next_due timestamptz, state text, worker text, started_at timestamptz,
  ended_at timestamptz, outcome text, exit_code integer, message text, next_step text, trouble text,
  reason text, advice text
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select j.name, j.command, j.cron, j.run_by, j.after_session, j.enabled, j.timeout_seconds, j.next_due,
    case when not j.enabled then 'off' when r.outcome = 'running' then 'running' else 'waiting' end,
    r.worker, r.started_at, r.ended_at, r.outcome, r.exit_code, r.message, r.next_step, t.trouble,
    case t.trouble
      when 'lost' then format('its worker %s has given no sign since %s', r.worker,
        property_manager.format_moment(r.heartbeat_at))
      when 'late' then format('it should have run by %s and %s', property_manager.format_moment(d.due),
        case when j.run_by = 'pg_cron' then 'pg_cron has not run it'
          when property_manager.live_workers() = 0 then 'no worker is alive'
          else format('none of %s has taken it', property_manager.count_of(property_manager.live_workers(),
            'live worker')) end)
      when 'failed' then coalesce(r.message, 'it ended without a word')
    end,
    case t.trouble
      when 'failed' then coalesce(r.next_step, 'property-manager schedule list')
      when 'lost' then case j.run_by when 'worker' then 'property-manager worker'
        else 'property-manager schedule list' end
      when 'late' then case when j.run_by = 'pg_cron'
        then 'see what pg_cron says of it: property-manager schedule list'
        else 'start one: property-manager worker' end
    end
  from property_manager.jobs j
  left join lateral (
    select * from property_manager.job_runs n where n.job_id = j.id order by n.id desc limit 1) r on true
  cross join lateral (
    select coalesce(j.next_due,
      greatest(r.started_at, j.changed_at) + make_interval(secs => j.gap_seconds)) as due) d
  cross join lateral (
    select case
      when not j.enabled then null
      when r.outcome = 'running' and r.heartbeat_at < clock_timestamp() - property_manager.silence(j)
        then 'lost'
      when r.outcome is distinct from 'running'
        and d.due < clock_timestamp() - property_manager.lateness(j) then 'late'
      when r.outcome in ('failed', 'lost') then 'failed'
    end as trouble) t
  order by j.name
$$;

-- The workers that are alive, the oldest first.
create function api.workers() returns table (name text, started_at timestamptz, heartbeat_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select w.name, w.started_at, w.heartbeat_at from property_manager.workers w
  where w.heartbeat_at >= clock_timestamp() - interval '1 minute'
  order by w.started_at, w.id
$$;

-- The checks of doctor on jobs.
create function property_manager.job_checks()
returns table (check_name text, found bigint, detail text, next_step text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.name, count(j.name), min(format('job %s: %s', j.name, j.reason)), min(j.advice)
  from (values ('the last run of every job was done', 'failed'),
    ('every job runs when it is due', 'late'),
    ('every job that runs has a worker', 'lost')) c (name, trouble)
  left join api.jobs() j on j.trouble = c.trouble
  group by c.name
$$;
