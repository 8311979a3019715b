-- name: enqueue_pages
-- Queues pages ($2: addresses) of a source ($1) with a priority ($3) and a reason ($4).
select queued, known from api.enqueue_pages($1, $2, $3, $4);
