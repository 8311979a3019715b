-- name: pulse
-- The state of each topic, as a text that changes with it.
select topic, state from api.pulse();

-- name: is_listed_staff
-- Whether a user of the project ($1: the id) is listed as staff.
select api.is_listed_staff($1);

-- name: source_state_counts
-- How many sources stand in each way.
select state, sources from api.source_state_counts();

-- name: source_states
-- Sources ($1: one or null; $2: of a state or null; $3: whose name has this, or null) after one ($4 rank,
-- $5 name), at most $6.
select * from api.source_states($1, $2, $3, $4, $5, $6);

-- name: market_days
-- What became of the catalogue on each of the last $1 days.
select * from api.market_days($1);

-- name: catalogue_standing
-- What is on the market, what waits for a person and what runs.
select * from api.catalogue_standing();

-- name: quality_days
-- The quality of syncs ($1: source or null) of the last $2 days, by day.
select * from api.quality_days($1, $2);

-- name: running_sessions
-- Sessions that run now, at most $1.
select * from api.running_sessions($1);

-- name: sessions_page
-- Sessions ($1: source or null; $2: status or null) begun before one ($3 time, $4 id), at most $5.
select * from api.sessions_page($1, $2, $3, $4, $5);

-- name: overview
-- The last $1 days, $2 sources and $3 sessions, with what waits and what runs.
select api.overview($1, $2, $3);
