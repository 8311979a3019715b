-- name: score_leads
-- Score leads as of a day ($1: or null for today), all of them ($2) or what is due, at a time ($3: or null).
select api.score_leads($1, $2, $3);

-- name: leads
-- Leads of a county ($1), of a tier ($2), from a total ($3) to another ($4), of a city ($5), after one ($6
-- total, $7 id), at most $8.
select * from api.leads($1, $2, $3, $4, $5, $6, $7, $8);

-- name: find_parcels
-- The parcels of a county ($2: or null for all) that a text ($1) names.
select * from api.find_parcels($1, $2);

-- name: lead
-- A lead ($1) in full, with its last $2 days.
select api.lead($1, $2);

-- name: tier_counts
-- How many leads each tier has, and had before.
select * from api.tier_counts();

-- name: tier_days
-- How many leads each tier had on each of the last $1 days that scored.
select * from api.tier_days($1);

-- name: entered_tier
-- Leads that entered a tier ($1) since a time ($2), after a change ($3), at most $4.
select * from api.entered_tier($1, $2, $3, $4);

-- name: drop_score_years
-- Drop the history of years before $1; $2: count only.
select * from api.drop_score_years($1, $2);

-- name: score_versions
-- Every version of the scores.
select * from api.score_versions();

-- name: add_score_version
-- Add a version: a document ($1) over that of another one ($2, or null for the current one), by an actor
-- ($3).
select api.add_score_version($1, $2, $3);

-- name: use_score_version
-- Make a version ($1) the current one.
select api.use_score_version($1);

-- name: simulate_scores
-- What leads would score by a document ($1) over a version ($2, or null), with at most $3 moves.
select api.simulate_scores($1, $2, $3);

-- name: replay_scores
-- What the scores of days ($2 to $3) would have been by a version ($1), with at most $4 moves.
select api.replay_scores($1, $2, $3, $4);
