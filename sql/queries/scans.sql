-- name: note_sightings
-- What some index pages of an open scan ($1) showed.
select api.note_sightings($1, $2, $3, $4, $5);

-- name: scan_to_resume
-- The interrupted scan of a tier ($3) of a source ($1) from a start page ($2).
select api.scan_to_resume($1, $2, $3);

-- name: scan_pages
-- The pages that a scan has read.
select url, cards, fresh from api.scan_pages($1);

-- name: sighted_urls
-- The addresses that it has seen.
select url from api.sighted_urls($1);

-- name: end_scan
-- Ends a scan ($1) and compares it with the catalogue.
select api.end_scan($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: queue_stale
-- Queues the pages of a source ($1) that were not read for long, at most $2.
select api.queue_stale($1, $2, $3);

-- name: queue_checks
-- Queues the pages of a source's ($1) candidates that are to be asked; returns how many of them wait.
select api.queue_checks($1, $2);

-- name: canaries
-- Listings of a source ($1) that are known to be there.
select property_id, url from api.canaries($1, $2);

-- name: note_checks
-- The answers of pages in a verification ($1).
select api.note_checks($1, $2, $3, $4, $5);

-- name: end_verification
-- Ends a verification ($1); returns how many listings are proven gone.
select api.end_verification($1, $2, $3, $4, $5, $6);

-- name: gone_sign
-- How the site of a source ($1) answers for a listing that never was.
select sign, measured_at from api.gone_sign($1);

-- name: note_gone_sign
-- Stores that sign.
select api.note_gone_sign($1, $2, $3);

-- name: tiers
-- When the parts of a source ($1), or of all, are to be looked at.
select * from api.tiers($1, $2);
