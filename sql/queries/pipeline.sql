-- name: claim
-- Claims a session ($1; $2: only if pending) for a worker ($3), also from a dead one ($4 or null); $5: code.
select api.claim($1, $2, $3, $4, $5);

-- name: session_rows
-- How many rows a session ($1) has staged.
select api.session_rows($1);

-- name: approve
-- Claims a plan ($1) that $2 approved for a worker ($3), also from a dead one ($4 or null); $5: code.
select api.approve($1, $2, $3, $4, $5);

-- name: release
-- Ends the lease of a session ($1, epoch $2); $3: why the run failed, or null.
select api.release($1, $2, $3);

-- name: sift
-- Settles repeated ids and finds what is new to the catalogue.
select api.sift($1, $2, $3);

-- name: rules_to_run
-- The rules that judge a session ($1) and the batch that each belongs to, null for none.
select rule_name, batch from api.rules_to_run($1);

-- name: validate_built_in
-- The rules of built-in kinds, in one statement.
select api.validate_built_in($1, $2);

-- name: validate_written
-- The rules with patterns and functions, in one statement.
select api.validate_written($1, $2);

-- name: validate_rule
-- One rule ($3) over the candidates, row by row if $4.
select api.validate_rule($1, $2, $3, $4);

-- name: keep_lease
-- Extends the lease of a session ($1, epoch $2) while its rules are checked.
select api.keep_lease($1, $2);

-- name: rule_failed
-- Notes that a rule ($3) could not run, and why ($4).
select api.rule_failed($1, $2, $3, $4);

-- name: quarantine_rows
-- Sets aside what cannot go live.
select api.quarantine_rows($1, $2);

-- name: plan
-- Compares the session with live and saves what a sync would do.
select api.plan($1, $2);

-- name: guard
-- Holds the plan if it looks like an outage, a block or a parser break.
select api.guard($1, $2, $3);

-- name: apply
-- Writes live, audit and feed in one transaction.
select api.apply($1, $2, $3, $4);

-- name: pending_sessions
-- Sessions that wait for their sync ($1: source or null; $2: at most so many), in the order they completed.
select id, source, session_name, kind, verdict, properties_found, completed_at
from api.pending_sessions($1, $2);

-- name: newest_pending_session
-- The session that completed last among those that wait for their sync ($1: source or null).
select api.newest_pending_session($1);

-- name: find_plans
-- Plans whose id begins with $1.
select id from api.find_plans($1);

-- name: plans
-- Saved plans ($1: source or null; $2: at most so many), newest first.
select * from api.plans($1, $2);

-- name: plan_head
-- One plan.
select * from api.plan_head($1);

-- name: plan_row_rank
-- Where a plan ($1) has a listing ($2) in its order.
select api.plan_row_rank($1, $2);

-- name: plan_rows
-- At most $4 rows of a plan ($1) after a row ($2 rank, $3 property_id), the most drastic action first.
select * from api.plan_rows($1, $2, $3, $4);

-- name: plan_listings
-- The first listings ($2: at most) of a plan ($1) as they would be live.
select * from api.plan_listings($1, $2);

-- name: plan_cells
-- What rows ($2) of a plan's ($1) session came as.
select * from api.plan_cells($1, $2);

-- name: plan_fields
-- How many listings of a plan ($1) state each field, an example, and the spread of numbers.
select * from api.plan_fields($1);

-- name: plan_distributions
-- How prices, areas and degrees of a plan ($1) are distributed, with samples ($2: at most) of outliers.
select * from api.plan_distributions($1, $2);

-- name: plan_set_aside
-- Why rows of a plan's session ($1) would be set aside, and $2 of them for each reason.
select * from api.plan_set_aside($1, $2);

-- name: plan_places
-- The most frequent ($2: at most) states and cities of a plan ($1), and the rare ones.
select * from api.plan_places($1, $2);

-- name: discard_plan
-- Drops a plan ($1) that was not applied, in the name of $2 and for a reason ($3 or null); its session will
-- not be synced.
select api.discard_plan($1, $2, $3);

-- name: end_dead_runs
-- Ends syncs and leases without a worker.
select api.end_dead_runs();
