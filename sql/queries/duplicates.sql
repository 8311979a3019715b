-- name: renew_pairs
-- Compares what changed since the last time: the next $1 listings, cells of at most $2.
select * from api.renew_pairs($1, $2);

-- name: crowded_cells
-- What too many listings share to be compared by it, at most $1.
select * from api.crowded_cells($1);

-- name: pair_texts
-- Pairs whose texts are still to be compared, at most $1.
select * from api.pair_texts($1);

-- name: set_text_levels
-- How well texts agree ($1: [{left_id, right_id, street, title}]).
select api.set_text_levels($1);

-- name: pair_patterns
-- How many pairs have each pattern.
select * from api.pair_patterns();

-- name: linkage_model
-- The model that pairs are weighed by.
select api.linkage_model();

-- name: save_linkage_model
-- The model ($1) and what each pattern is worth by it ($2).
select api.save_linkage_model($1, $2);

-- name: end_search
-- That a search was carried to its end: feed position ($1), thresholds of merging ($2) and review ($3).
select api.end_search($1, $2, $3);

-- name: likely_pairs
-- Pairs that are one home by at least $1 and that nobody need decide, after $2, at most $3.
select * from api.likely_pairs($1, $2, $3);

-- name: renew_waiting
-- Brings the pairs that wait up to date; how many do, likely by at least $1.
select api.renew_waiting($1);

-- name: home_members
-- The listings of homes ($1).
select * from api.home_members($1);

-- name: kept_apart
-- Pairs of the homes ($1) that a person kept apart.
select * from api.kept_apart($1);

-- name: merge_homes
-- Merges homes ($1: [{into_home, homes, probability}]) in the name of $2.
select api.merge_homes($1, $2);

-- name: merge_listings
-- Says that listings ($1) are one home ($2: who; $3: why).
select api.merge_listings($1, $2, $3);

-- name: keep_apart
-- Says that a listing ($1) is no home with others ($2, or null for all of its home; $3: who; $4: why).
select api.keep_apart($1, $2, $3, $4);

-- name: undo_home_event
-- Takes back an event ($1) in the name of $2.
select api.undo_home_event($1, $2);

-- name: duplicate_pairs
-- Pairs ($1: review, merged or apart; $2: least probability; $3: source or null; $4: after; $5: at most).
select * from api.duplicate_pairs($1, $2, $3, $4, $5);

-- name: duplicate_pair
-- Two listings ($1, $2) beside each other.
select * from api.duplicate_pair($1, $2);

-- name: find_listings
-- Listings by the start of their id or by source/id ($1).
select * from api.find_listings($1);

-- name: home_events
-- What became of homes before an event ($1: or null), at most $2.
select * from api.home_events($1, $2);

-- name: home_of_listing
-- The listings of the home of one ($1).
select * from api.home_of_listing($1);

-- name: home_fields
-- Each field of the home of a listing ($1), where it comes from and why.
select * from api.home_fields($1);

-- name: suggested_merges
-- Pairs that wait, of a source ($1: or null), of the rows of a session ($2: or null), at most $3.
select * from api.suggested_merges($1, $2, $3);

-- name: duplicate_rates
-- How often a source ($1: or null for all) shows a home more than once.
select * from api.duplicate_rates($1);
