-- name: register_source
-- Stores a source's facts ($1: JSON).
select source_id, is_new from api.register_source($1);

-- name: source_facts
-- A source's facts, by its name.
select api.source_facts($1);

-- name: sources_of_host
-- The sources that have a host ($1).
select name from api.sources_of_host($1);

-- name: source_was_applied
-- Whether anything of a source ($1) ever went live.
select api.source_was_applied($1);

-- name: forget_source
-- Deletes a source ($1) that a run registered and staged nothing for.
select api.forget_source($1);

-- name: source_names
-- Every source's name.
select name from api.source_names();

-- name: open_session
-- Starts a session and returns its id.
select api.open_session($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: resume_session
-- Takes an interrupted session over and returns the next free row number.
select api.resume_session($1, $2);

-- name: touch_session
-- Proves that the session is still ours and notes its progress.
select api.touch_session($1, $2, $3, $4, $5, $6, $7, $8);

-- name: record_error
-- Notes a page that failed.
select api.record_error($1, $2, $3, $4, $5, $6, $7);

-- name: resolve_errors
-- Pages that failed and work now.
select api.resolve_errors($1, $2, $3, $4);

-- name: complete_session
-- Ends a session with its verdict.
select api.complete_session($1, $2, $3, $4, $5, $6, $7, $8);

-- name: fail_session
-- Ends a session that has nothing to sync.
select api.fail_session($1, $2, $3, $4, $5);

-- name: staged_urls
-- The pages an interrupted session has staged already.
select url from api.staged_urls($1);

-- name: failed_urls
-- The pages that failed in an interrupted session.
select url from api.failed_urls($1);

-- name: staged_masks
-- What the rows of an interrupted session left unsaid.
select kept from api.staged_masks($1);

-- name: staged_unread
-- The cells of an interrupted session that were unreadable or doubtful, a row each.
select issues, evidence, source_url from api.staged_unread($1);

-- name: rows_landed
-- How many rows of an open session ($1) have landed after row $2.
select api.rows_landed($1, $2);

-- name: interrupt_session
-- Lets go of an open session, so that it can be resumed at once.
select api.interrupt_session($1, $2);

-- name: end_dead_sessions
-- Ends interrupted sessions that cannot go on, and ($1) scrapes that could.
select api.end_dead_sessions($1);

-- name: id_rule
-- Where the ids of a source's listings stand, as far as its scrapes have learned.
select api.id_rule($1);

-- name: rule_was_discarded
-- Whether a user has decided against a rule ($2) for the ids of a source ($1).
select api.rule_was_discarded($1, $2);

-- name: pages_to_name
-- The pages of a session, with what their ids are chosen by.
select * from api.pages_to_name($1);

-- name: ids_shown
-- Those of these ids that are listings of the source.
select property_id from api.ids_shown($1, $2);

-- name: name_pages
-- Gives rows of an open session their ids, and remembers the rule.
select api.name_pages($1, $2, $3, $4, $5, $6, $7);
