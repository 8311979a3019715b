-- name: metrics
-- The figures of the catalogue, and of its largest sources ($1: how many).
select api.metrics($1);
