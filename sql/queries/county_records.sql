-- name: begin_ingestion
-- Begins a run of a layer ($1: county, $2: layer, $3: its type); returns its id.
select api.begin_ingestion($1, $2, $3);

-- name: note_ingestion
-- Notes a session ($2) of a run ($1).
select api.note_ingestion($1, $2);

-- name: end_ingestion
-- Ends a run ($1) with its status, figures, message and details.
select api.end_ingestion($1, $2, $3, $4, $5, $6, $7, $8);

-- name: county_sources
-- The sources of a county ($1), with what is live of each.
select * from api.county_sources($1);

-- name: last_ingestions
-- The last run of each layer of a county ($1).
select * from api.last_ingestions($1);

-- name: other_source_of_parcels
-- A source other than $1 that has parcels of a county ($2: state, $3: FIPS), or null.
select api.other_source_of_parcels($1, $2, $3);

-- name: records_waiting
-- How many records of a source ($1) have no parcel.
select api.records_waiting($1);

-- name: explain_record
-- What decided the fields of a county record ($1: kind, $2: source or null, $3: id).
select api.explain_record($1, $2, $3);
