-- name: claim
-- Claims a session ($1; $2: only if it waits) for this worker ($3), also from one that is dead ($4 or null); $5: its code.
select property_manager.claim($1, $2, $3, $4, $5);

-- name: approve
-- Claims a saved plan ($1), approved by an actor ($2), for this worker ($3), also from a dead one ($4 or null); $5: its code.
select property_manager.approve($1, $2, $3, $4, $5);

-- name: release
-- Lets the session's source go; $3 says why the run failed, if it did.
select property_manager.release($1, $2, $3);

-- name: sift
-- Settles repeated ids and finds what is new to the catalogue.
select property_manager.sift($1, $2, $3);

-- name: rules_to_run
-- The active rules and the batch that each belongs to, null for none.
select rule_name, batch from property_manager.rules_to_run();

-- name: validate_built_in
-- The rules of built-in kinds, in one statement.
select property_manager.validate_batch($1, $2, 'built_in');

-- name: validate_written
-- The rules somebody wrote, in one statement.
select property_manager.validate_batch($1, $2, 'written');

-- name: validate_rule
-- One rule ($3) over the candidates, row by row if $4.
select property_manager.validate_rule($1, $2, $3, $4);

-- name: rule_failed
-- Notes that a rule ($3) could not run, and why ($4).
select property_manager.rule_failed($1, $2, $3, $4);

-- name: quarantine_rows
-- Sets aside what cannot go live.
select property_manager.quarantine_rows($1, $2);

-- name: plan
-- Compares the session with live and saves what a sync would do.
select property_manager.plan($1, $2);

-- name: guard
-- Holds the plan if it looks like an outage, a block or a parser break.
select property_manager.guard($1, $2, coalesce($3, clock_timestamp()));

-- name: apply
-- Writes live, audit and feed in one transaction.
select property_manager.apply($1, $2, $3, coalesce($4, clock_timestamp()));

-- name: pending_sessions
-- Sessions that wait for their sync ($1: source or null; $2: at most so many), in the order they completed.
select s.id, f.name as source, s.session_name, s.kind, s.verdict, s.properties_found, s.completed_at
from public.scraping_sessions s
join public.sources f on f.id = s.source_id
where s.sync_status = 'pending' and ($1::text is null or f.name = $1)
order by s.completed_at, s.created_at, s.id
limit $2;

-- name: newest_pending_session
-- The session that completed last among those that wait for their sync ($1: source or null).
select s.id
from public.scraping_sessions s
join public.sources f on f.id = s.source_id
where s.sync_status = 'pending' and ($1::text is null or f.name = $1)
order by s.completed_at desc, s.created_at desc, s.id desc
limit 1;

-- name: find_plans
-- Plans whose id begins with $1.
select id from property_manager.plans where id::text like $1::text || '%' limit 2;

-- name: plans
-- Saved plans ($1: source or null; $2: at most so many), newest first.
select p.id, p.status, p.created_at, p.decided_at, p.decided_by, f.name as source, p.session_id, p.metrics, p.reasons, p.warnings
from property_manager.plans p
join public.scraping_sessions s on s.id = p.session_id
join public.sources f on f.id = s.source_id
where p.status <> 'draft' and ($1::text is null or f.name = $1)
order by p.created_at desc
limit $2;

-- name: plan_head
-- One plan.
select p.id, p.status, p.created_at, p.decided_at, p.decided_by, f.name as source, p.session_id, s.verdict, p.metrics, p.reasons, p.warnings,
  (select count(*) from property_manager.plan_rows r where r.plan_id = p.id) as row_count
from property_manager.plans p
join public.scraping_sessions s on s.id = p.session_id
join public.sources f on f.id = s.source_id
where p.id = $1;

-- name: plan_row_rank
-- Where a plan ($1) has a listing ($2) in its order.
select array_position('{remove,deactivate,reactivate,update,create}', action)
from property_manager.plan_rows where plan_id = $1 and property_id = $2;

-- name: plan_rows
-- A page of a plan ($1), after row ($2 action rank, $3 property_id), at most $4: what acts, most drastic first.
select ranked.rank, ranked.property_id,
  coalesce(
    (select s.title from public.property_scrapes_staging s join property_manager.plans p on p.session_id = s.session_id
      where p.id = $1 and s.row_no = ranked.row_no),
    (select l.title from public.properties_live l where l.id = ranked.listing_id)) as title,
  ranked.action, ranked.row_no, ranked.confidence, ranked.significant, ranked.reason,
  coalesce((
    select jsonb_agg(jsonb_build_object('field', c.field_name, 'old', c.old_value, 'new', c.new_value,
      'confidence', c.confidence, 'parts', c.parts, 'significant', c.significant, 'reason', c.reason) order by c.field_name)
    from property_manager.plan_changes c
    where c.plan_id = $1 and c.property_id = ranked.property_id
  ), '[]') as changes
from (
  select r.*, array_position('{remove,deactivate,reactivate,update,create}', r.action) as rank
  from property_manager.plan_rows r
  where r.plan_id = $1
) ranked
where (ranked.rank, ranked.property_id) > ($2::integer, $3::text)
order by ranked.rank, ranked.property_id
limit $4;

-- name: discard_plan
-- Drops a plan ($1) that was not applied; its session will not be synced.
select property_manager.discard_plan($1, $2);

-- name: session_verdict
-- How much of its scope a session covers, and of which source: a cleanup may take it away as soon as it is synced.
select s.verdict, f.name as source
from (
  select source_id, verdict from public.scraping_sessions where id = $1
  union all
  select source_id, verdict from property_manager.cleaned_sessions where session_id = $1
) s join public.sources f on f.id = s.source_id;
