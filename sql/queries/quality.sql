-- name: quality_measures
-- The measures of one session.
select * from api.quality_measures($1);

-- name: quality_trend
-- The figures of the last applied sessions of a source ($1), at most $2 sessions.
select * from api.quality_trend($1, $2);

-- name: quality_anomalies
-- What is unusual in a session.
select * from api.quality_anomalies($1);

-- name: quality_live
-- What live has of each source ($1: or one), measured; a listing is fresh for $2 hours.
select * from api.quality_live($1, $2);
