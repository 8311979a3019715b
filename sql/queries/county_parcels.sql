-- name: keep_key_rule
-- How the county $2 of the state $1 writes its parcels' ids ($3).
select api.keep_key_rule($1, $2, $3);

-- name: link_records
-- Links what the next changes say, at most $1 of them.
select * from api.link_records($1);

-- name: link_records_anew
-- Has every record looked at anew.
select api.link_records_anew();

-- name: waiting_counts
-- How many records wait, by kind, standing and reason.
select * from api.waiting_counts();

-- name: waiting_records
-- Records of a standing ($1), of a kind ($2, or null) and a source ($3, or null), after $4, at most $5.
select * from api.waiting_records($1, $2, $3, $4, $5);

-- name: find_records
-- Records of a source ($1) with an id ($2), or whose own id starts so ($3).
select * from api.find_records($1, $2, $3);

-- name: record_with_candidates
-- A record of a kind ($1, $2), with at most $3 candidates.
select api.record_with_candidates($1, $2, $3);

-- name: decide_record
-- Says that a record ($1 its kind, $2) is of a parcel ($3, or null for none; $4: why; $5: who).
select api.decide_record($1, $2, $3, $4, $5);

-- name: undo_record_decision
-- Takes back a decision ($1) in the name of $2.
select api.undo_record_decision($1, $2);

-- name: parcels_for_record
-- Parcels that are meant by $3, in the county of a record of a kind ($1, $2).
select * from api.parcels_for_record($1, $2, $3);
