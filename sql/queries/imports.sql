-- name: describe_session
-- Notes what a session's ($1) input looks like ($4: JSON), by its writer ($2), who knows of erasure $3.
select api.describe_session($1, $2, $3, $4);

-- name: last_import
-- What the newest import of a source ($1) noted about its input.
select api.last_import($1);

-- name: feed_watermark
-- How far the last applied session of a source ($1) and scope ($2) has read its feed.
select api.feed_watermark($1, $2);

-- name: held_listings
-- Which of these ids ($2) live has of a source ($1).
select property_id from api.held_listings($1, $2);

-- name: scope_listings
-- What live shows of a source's ($1) scope ($2), unless another scope has shown it since.
select property_id from api.scope_listings($1, $2);
