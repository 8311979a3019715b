-- name: save_job
-- Saves a job: name, command, options, times, longest gap, who runs it, whether after sessions, of which
-- source, time-out, next time.
select api.save_job($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: remove_job
-- Removes a job ($1).
select api.remove_job($1);

-- name: jobs
-- Every job, its newest run and what is wrong with it.
select * from api.jobs();

-- name: job_runs
-- The newest runs ($2: at most) of a job ($1: or of all).
select * from api.job_runs($1, $2);

-- name: workers
-- The workers that are alive.
select * from api.workers();

-- name: due_jobs
-- What a worker should run now.
select * from api.due_jobs();

-- name: take_job
-- Takes a job ($1) that was due at $2, whose next time is $3, for a worker ($4); the run, or null.
select api.take_job($1, $2, $3, $4);

-- name: keep_runs
-- A worker ($1, its name $2) is alive and has these runs ($3); those that it still holds.
select api.keep_runs($1, $2, $3);

-- name: end_run
-- Ends a run ($1): outcome, exit code, message, next step.
select api.end_run($1, $2, $3, $4, $5);

-- name: leave_work
-- A worker ($1) has stopped.
select api.leave_work($1);

-- name: run_step
-- Begins a run of a job ($1) of pg_cron ($2: null), or does the next step of it ($2).
select * from api.run_step($1, $2);
