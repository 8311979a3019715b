-- name: enqueue_pages
-- Queues pages ($2: addresses) of a source ($1) with a priority ($3) and a reason ($4).
select queued, known from api.enqueue_pages($1, $2, $3, $4);

-- name: claim_pages
-- Takes the next pages of a source ($1) for a worker ($2): at most $3, for $4 seconds; $5: only checks.
select id, url, priority, reason, attempts, etag, last_modified, content_hash, verifies
from api.claim_pages($1, $2, $3, $4, $5);

-- name: keep_pages
-- Lengthens the leases of a worker.
select api.keep_pages($1, $2, $3);

-- name: release_pages
-- Gives back what a worker has claimed and not fetched.
select api.release_pages($1, $2);

-- name: next_page_due
-- When the next page of a source ($1) can be claimed that a worker ($2) does not have, in seconds, or null.
select api.next_page_due($1, $2, $3);

-- name: sources_to_crawl
-- The sources with pages that can be claimed.
select name from api.sources_to_crawl();

-- name: land_pages
-- Stages the rows ($11) of pages ($10) of a worker ($9) in a session, and ends the claims on them.
select page, landed from api.land_pages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: take_turns
-- Gives a worker ($2) turns at a site ($1).
select starts_in, gap, turns, at_once, closed_for from api.take_turns($1, $2, $3, $4, $5, $6);

-- name: slow_site
-- Notes that a site ($1) has asked to slow down, to wait or to be left alone.
select api.slow_site($1, $2, $3, $4);

-- name: dead_crawls
-- The crawls of a source ($1) whose worker is gone.
select id from api.dead_crawls($1);

-- name: crawls_to_sync
-- The crawls of a source ($1) that wait for their sync, in their order.
select id from api.crawls_to_sync($1);

-- name: pages_waiting
-- How many pages of a source ($1) wait.
select api.pages_waiting($1);

-- name: crawl_queue
-- The pages of a source ($1), or of all, by state, priority and reason.
select source, state, priority, reason, pages, later, oldest from api.crawl_queue($1);

-- name: crawl_workers
-- The workers that fetch pages of a source ($1), or of all.
select session_id, source, worker, started_at, heard_at, pages, failed, items from api.crawl_workers($1);

-- name: rest_worker
-- Gives up a worker's shares of all sites.
select api.rest_worker($1);
