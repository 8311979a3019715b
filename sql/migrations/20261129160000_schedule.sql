-- Jobs: commands that run at times, and what became of each run. They are data, so that every host, pg_cron and doctor
-- see the same.

create table property_manager.jobs (
  id              bigint generated always as identity primary key,
  name            text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  command         text[] not null check (cardinality(command) > 0),
  options         jsonb not null,
  cron            text not null,
  gap_seconds     bigint not null check (gap_seconds > 0),
  run_by          text not null check (run_by in ('worker', 'pg_cron')),
  after_session   boolean not null,
  source          text,
  enabled         boolean not null default true,
  timeout_seconds integer not null check (timeout_seconds > 0),
  next_due        timestamptz,
  changed_at      timestamptz not null default clock_timestamp(),
  -- pg_cron keeps its own times
  check ((run_by = 'worker') = (next_due is not null))
);
comment on table property_manager.jobs is 'Commands of the program that run at times.';
comment on column property_manager.jobs.command is 'The command as it is typed, word by word, without the program.';
comment on column property_manager.jobs.options is 'The options of the command as they were read, for jobs that the database does itself.';
comment on column property_manager.jobs.cron is 'Minute, hour, day of the month, month, day of the week; in UTC.';
comment on column property_manager.jobs.gap_seconds is 'The longest time between two of its times.';
comment on column property_manager.jobs.after_session is 'Whether it also runs when a session has ended and waits for its sync.';
comment on column property_manager.jobs.source is 'The source whose sessions it runs after; null: all.';

create table property_manager.job_runs (
  id           bigint generated always as identity primary key,
  job_id       bigint not null references property_manager.jobs (id) on delete cascade,
  worker       text not null,
  started_at   timestamptz not null default clock_timestamp(),
  heartbeat_at timestamptz not null default clock_timestamp(),
  ended_at     timestamptz,
  outcome      text not null default 'running'
    check (outcome in ('running', 'done', 'failed', 'refused', 'partly', 'stopped', 'lost')),
  exit_code    integer,
  message      text,
  next_step    text,
  progress     jsonb not null default '{}',
  check ((outcome = 'running') = (ended_at is null))
);
create index job_runs_job_id_idx on property_manager.job_runs (job_id, id);
-- two workers never run the same job at once
create unique index job_runs_one_at_a_time_idx on property_manager.job_runs (job_id) where outcome = 'running';
comment on table property_manager.job_runs is 'What became of each run of a job; the newest of each are kept.';
comment on column property_manager.job_runs.message is 'The text of the error, or what kept it from being done.';
comment on column property_manager.job_runs.progress is 'How far a run that the database does itself has come.';

create table property_manager.workers (
  id           uuid primary key,
  name         text not null,
  started_at   timestamptz not null default clock_timestamp(),
  heartbeat_at timestamptz not null default clock_timestamp()
);
comment on table property_manager.workers is 'Processes that run jobs; one that is silent for a minute is dead.';

create table property_manager.job_wakes (
  job_id     bigint not null references property_manager.jobs (id) on delete cascade,
  session_id uuid not null references public.scraping_sessions (id) on delete cascade,
  primary key (job_id, session_id)
);
create index job_wakes_session_id_idx on property_manager.job_wakes (session_id);
comment on table property_manager.job_wakes is 'Sessions that ended since the jobs that follow them ran last.';

grant select on property_manager.jobs, property_manager.job_runs, property_manager.workers,
  property_manager.job_wakes to service_role;

-- A session that waits for its sync makes the jobs that follow it due, and wakes the workers that listen. A row stays
-- until a run has seen it, so nothing is lost while no worker listens.
create function property_manager.wake_jobs() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into property_manager.job_wakes (job_id, session_id)
  select j.id, new.id
  from property_manager.jobs j
  where j.enabled and j.after_session
    and (j.source is null or j.source = (select f.name from public.sources f where f.id = new.source_id))
  on conflict do nothing;
  if found then
    perform pg_notify('property_manager_jobs', new.id::text);
  end if;
  return null;
end
$$;
create trigger wake_jobs after update of sync_status on public.scraping_sessions
  for each row when (new.sync_status = 'pending' and old.sync_status is distinct from 'pending')
  execute function property_manager.wake_jobs();
