-- name: register_source
-- Stores a source's facts ($1: JSON).
select source_id, is_new from property_manager.register_source($1);

-- name: source_facts
-- A source's facts, by its name.
select facts from public.sources where name = $1;

-- name: source_names
-- Every source's name.
select name from public.sources order by name;

-- name: open_session
-- Starts a session and returns its id.
select property_manager.open_session($1, $2, $3, $4, $5, $6, $7, $8);

-- name: resume_session
-- Takes an interrupted session over and returns the next free row number.
select property_manager.resume_session($1, $2);

-- name: touch_session
-- Proves that the session is still ours and notes its progress.
select property_manager.touch_session($1, $2, $3, $4, $5, $6, $7);

-- name: record_error
-- Notes a page that failed.
select property_manager.record_error($1, $2, $3, $4, $5, $6);

-- name: resolve_errors
-- Pages that failed and work now.
select property_manager.resolve_errors($1, $2, $3);

-- name: complete_session
-- Ends a session with its verdict.
select property_manager.complete_session($1, $2, $3, $4, $5, $6);

-- name: fail_session
-- Ends a session that has nothing to sync.
select property_manager.fail_session($1, $2, $3, $4);

-- name: staged_urls
-- The pages an interrupted session has staged already.
select distinct source_url as url from public.property_scrapes_staging where session_id = $1 and source_url is not null;

-- name: failed_urls
-- The pages that failed in an interrupted session.
select distinct url from public.scraping_errors where session_id = $1 and not resolved;

-- name: staged_masks
-- What the rows of an interrupted session left unsaid.
select distinct kept from public.property_scrapes_staging where session_id = $1 and kept is not null;

-- name: rows_landed
-- How many rows of an open session ($1) have landed behind number $2: its batches land whole or not at all, one after
-- the other. Whoever looks at a row first marks it as committed: here, while the client is busy with the next batch,
-- so that the sync, which is waited for, need not.
select count(*) from public.property_scrapes_staging where session_id = $1 and row_no > $2;
