-- name: note_pages
-- Notes pages of a source ($1) that were fetched; $2 the newest erasure known, $3 the store, $4 JSON.
select nth, body_id, hash, stored from api.note_pages($1, $2, $3, $4);

-- name: bodies_stored
-- Says that the store has these bodies; returns those that are wanted no longer.
select body_id from api.bodies_stored($1);

-- name: suppressed_pages
-- The addresses of a source whose pages are not kept.
select url from api.suppressed_pages($1);

-- name: pages_to_read
-- The newest kept page of each address of a source ($1) since $2, after an id ($3), at most $4.
select id, url, final_url, fetched_at, status, charset, headers, body_id, hash, store, stored
from api.pages_to_read($1, $2, $3, $4);

-- name: outdated_pages
-- Those of these addresses that something later than the kept page is known of.
select url from api.outdated_pages($1, $2, $3);

-- name: expire_pages
-- Removes the pages that are too old, or too many for $1 bytes; at most $2, only counted with $3.
select api.expire_pages($1, $2, $3);

-- name: doomed_bodies
-- Bodies of these stores whose bytes are to be deleted.
select body_id, hash, store from api.doomed_bodies($1, $2, $3);

-- name: forget_bodies
-- Forgets bodies whose bytes were deleted.
select api.forget_bodies($1);

-- name: pages_kept
-- How many pages are kept, and what room they take.
select api.pages_kept();

-- name: erase_pages_of
-- Deletes the kept pages of a listing ($1, $2), or counts them ($3).
select api.erase_pages_of($1, $2, $3);

-- name: bodies_to_search
-- The bodies of the pages of these sources, after an id.
select body_id, hash, store, stored, charset from api.bodies_to_search($1, $2, $3);

-- name: note_body
-- Notes a content that takes the place of another.
select body_id, stored from api.note_body($1, $2);

-- name: erase_body
-- Lets the pages of a body consist of another, or deletes them; returns how many.
select api.erase_body($1, $2);
