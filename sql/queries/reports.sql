-- name: quality_report
-- One session's quality.
select api.quality_report($1);

-- name: quality_checks
-- The catalogue ($1: source or null; $2: session or null) against its thresholds ($3).
select * from api.quality_checks($1, $2, $3);

-- name: quality_sources
-- Each source ($1: or one; $2: session or null) by the same thresholds ($3), the worst first.
select * from api.quality_sources($1, $2, $3);

-- name: doctor
-- Every check doctor makes in the database.
select check_name, found, detail, next_step from api.doctor();

-- name: cleanup
-- Removes sessions that ended longer ago than $1, at most $2, or only counts them ($3).
select api.cleanup($1, $2, $3);

-- name: sources_overview
-- Every source ($1: or one) with its listings, last sync and what waits.
select * from api.sources_overview($1);

-- name: recent_syncs
-- The last syncs ($1: source or null; $2: at most).
select * from api.recent_syncs($1, $2);

-- name: views_freshness
-- The feed position that the views were refreshed at, and that of the feed.
select * from api.views_freshness();

-- name: subscribers
-- Who follows the feed, how far, and what went wrong last.
select * from api.subscribers();

-- name: list_sessions
-- Sessions ($1: source or null; $2: status or null; $3: at most), newest first. A silent one is interrupted.
select * from api.list_sessions($1, $2, $3);

-- name: session_details
-- One session, whole.
select api.session_details($1);

-- name: find_sessions
-- Sessions whose id begins with $1.
select id from api.find_sessions($1);

-- name: find_sessions_ever
-- Sessions whose id begins with $1, those that cleanup has removed too.
select id from api.find_sessions_ever($1);

-- name: latest_session
-- The newest completed session ($1: source or null).
select api.latest_session($1);

-- name: quarantine_list
-- Rows set aside ($1: source or null; $2: session or null; $3: rule or null; $4: status or null; $5: after
-- id; $6: at most).
select * from api.quarantine_list($1, $2, $3, $4, $5, $6);

-- name: quarantine_counts
-- How many rows are set aside by status ($1: source or null; $2: session or null; $3: rule or null).
select * from api.quarantine_counts($1, $2, $3);

-- name: quarantine_row
-- One row set aside, with what was staged.
select * from api.quarantine_row($1);

-- name: quarantine_sources
-- The sources with open rows ($1: ids or null; $2: session or null; $3: rule or null).
select * from api.quarantine_sources($1, $2, $3);

-- name: quarantine_to_reprocess
-- The latest open row of each listing ($1: source; $2: ids or null; $3: session or null; $4: rule or null;
-- $5: after id; $6: at most) that no newer row replaced.
select * from api.quarantine_to_reprocess($1, $2, $3, $4, $5, $6);

-- name: quarantine_reprocessed
-- These rows ($1) were staged anew in a session ($2) in the name of $3.
select api.quarantine_reprocessed($1, $2, $3);

-- name: quarantine_discard
-- Discards open rows ($1: ids or null; $2: source or null; $3: session or null; $4: rule or null), why ($5)
-- and who ($6).
select api.quarantine_discard($1, $2, $3, $4, $5, $6);

-- name: stopped_sessions
-- Sessions ($1: source or null; $2: at most) that failed or were interrupted and were not made good.
select * from api.stopped_sessions($1, $2);

-- name: session_unread
-- The fields of a session ($1) with cells that were unreadable or doubtful, the most first.
select api.session_unread($1);

-- name: list_sources
-- Every source ($1: or one), its listings, its last session and what waits.
select * from api.list_sources($1);

-- name: source_scopes
-- The scopes of a source ($1), the one that was covered last first.
select * from api.source_scopes($1);

-- name: superseded_rows
-- At most $3 rows of a session ($1), after row $2, that gave way to another row of their id.
select * from api.superseded_rows($1, $2, $3);

-- name: unread_cells
-- The cells that were unread of at most $3 rows of a session ($1), after row $2.
select * from api.unread_cells($1, $2, $3);

-- name: search_listings
-- The listings that meet conditions ($1), after one (source $2, id $3, or nulls), at most $4; `total`: all.
select * from api.first_found($1, $2, $3, $4);

-- name: list_rules
-- Every rule ($1: or one), by name.
select * from api.list_rules($1);

-- name: rule_history
-- Every change of a rule ($1), the oldest first.
select * from api.rule_history($1);

-- name: rule_functions
-- The functions that custom rules may call.
select * from api.rule_functions();

-- name: add_rules
-- Adds rules ($1), all or none: drafts, or enabled ($2); who does ($3).
select api.add_rules($1, $2, $3);

-- name: set_rule
-- Changes a rule ($1): its severity ($2), whether it is checked ($3), its configuration ($4); who does ($5).
select api.set_rule($1, $2, $3, $4, $5);

-- name: remove_rule
-- Removes a rule ($1) that no sync has checked; who does ($2).
select api.remove_rule($1, $2);

-- name: try_rule
-- What a rule ($1) finds in a session ($2) or in live (null), of a source ($3), after a row ($4), at most $5.
select api.try_rule($1, $2, $3, $4, $5);

-- name: plans_page
-- Plans ($1: source or null; $2: only those that wait) after one ($3), at most $4, the newest first.
select * from api.plans_page($1, $2, $3, $4);

-- name: plan_card
-- One plan ($1) without its rows.
select * from api.plan_card($1);

-- name: quarantine_page
-- Rows set aside ($1: source or null; $2: session or null; $3: rule or null; $4: status or null) before one
-- ($5), at most $6, the newest first.
select * from api.quarantine_page($1, $2, $3, $4, $5, $6);

-- name: quarantine_groups
-- The newest open rows ($2: at most) of a source ($1: or null), counted by source, rule and session.
select api.quarantine_groups($1, $2);

-- name: pairs_page
-- Pairs that wait ($1: source or null) after one ($2), at most $3, the likeliest first.
select * from api.pairs_page($1, $2, $3);

-- name: pair_decision
-- What people said last of two listings ($1, $2).
select * from api.pair_decision($1, $2);

-- name: decisions_page
-- What became of homes before a decision ($1), at most $2.
select * from api.decisions_page($1, $2);

-- name: quality_board
-- Sources after one ($1: by name, or null), at most $2, each with its last applied sessions.
select * from api.quality_board($1, $2);

-- name: quality_lines
-- Figures ($3) of the last $2 applied sessions of a source ($1), the oldest first.
select * from api.quality_lines($1, $2, $3);

-- name: rules_caught
-- Every rule, and how many of the newest findings ($1: at most) are its own.
select * from api.rules_caught($1);

-- name: as_user
-- Calls a function of staff ($2) with arguments ($3) in the name of a user with these claims ($1).
select api.as_user($1, $2, $3);

-- name: page_of_listings
-- A page of the listings that meet conditions ($1), at most $2, after a cursor ($3 or null).
select * from api.page_of_listings($1, $2, $3);

-- name: count_listings
-- How many listings meet conditions ($1), exactly or more than $2; how many of them have no place on the map.
select * from api.count_listings($1, $2);

-- name: search_choices
-- The cities, types, currencies and sources to search by, at most $1 of each.
select api.search_choices($1);

-- name: map_clusters
-- What a part of the map ($1) shows in cells of a level ($2); at most $3 listings are looked at.
select * from api.map_clusters($1, $2, $3);

-- name: recent_changes
-- A page of changes ($1: which) before one ($2: set; $3: change; or nulls), at most $4; $5 are looked at.
select api.recent_changes($1, $2, $3, $4, $5);

-- name: listing_document
-- A listing by its id, with the home that it is of.
select api.listing_document($1);

-- name: listing_moments
-- The change sets that changed a listing ($1), newest first, at most $2.
select * from api.listing_moments($1, $2);

-- name: database_stats
-- The database: version, size, connections, extensions, tables.
select api.database_stats();
