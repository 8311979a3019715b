-- name: county_page
-- Records of a kind ($1) that a question ($2) finds: these columns ($3), at most $4, after a cursor ($5).
select * from api.county_page($1, $2, $3, $4, $5);

-- name: county_count
-- How many records of a kind ($1) a question ($2) finds, no further than one more than $3.
select api.county_count($1, $2, $3);

-- name: county_parcel
-- One parcel ($1: as it is written; $2: its county or null) with these columns by kind ($3), at most $4
-- records of a kind.
select api.county_parcel($1, $2, $3, $4);

-- name: county_runs
-- Loads of layers that a question ($1) finds, the newest first, at most $2, after a cursor ($3).
select * from api.county_runs($1, $2, $3);

-- name: county_run_count
-- How many loads a question ($1) finds, no further than one more than $2.
select api.county_run_count($1, $2);

-- name: county_names
-- The counties of which anything was loaded.
select * from api.county_names();

-- name: county_check_data
-- Every check of the records of a county ($1: or null), with the first $2 bad records of each.
select * from api.county_check_data($1, $2);

-- name: county_layers
-- The layers of a county ($1: or null): when they are due, last went live, and how their last load went.
select * from api.county_layers($1);
