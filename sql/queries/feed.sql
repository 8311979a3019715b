-- name: feed_after
-- Changes after a place ($1 position, $2 change id; $3 source or null), at most $4.
select * from api.feed_after($1, $2, $3, $4);

-- name: feed_position
-- Where the feed ends now.
select api.feed_position();

-- name: subscriber_position
-- A subscriber's place in the feed; a new one begins at 0.
select api.subscriber_position($1);

-- name: subscriber_done
-- A subscriber has worked up to a position.
select api.subscriber_done($1, $2);

-- name: subscriber_failed
-- What went wrong for a subscriber.
select api.subscriber_failed($1, $2);

-- name: refresh_views
-- Refreshes the statistics beside their readers; waits $1 ("5000ms") at most for a lock.
select api.refresh_views($1);

-- name: backend_pid
-- The server process that answers; a pooler gives its clients another number.
select pg_backend_pid();

-- name: broadcast
-- Tells the topics of Realtime, if there is one, what has changed; why not, or null.
select api.broadcast();
