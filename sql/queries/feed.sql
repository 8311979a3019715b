-- name: feed_after
-- Changes after a place ($1 position, $2 change id; $3 source or null), at most $4.
select * from property_manager.feed_after($1, $2, $3, $4);

-- name: feed_position
-- Where the feed ends now.
select property_manager.feed_position();

-- name: subscriber_position
-- A subscriber's place in the feed; a new one begins at 0.
select property_manager.subscriber_position($1);

-- name: subscriber_done
-- A subscriber has worked up to a position.
select property_manager.subscriber_done($1, $2);

-- name: subscriber_failed
-- What went wrong for a subscriber.
select property_manager.subscriber_failed($1, $2);

-- name: limit_lock_waits
-- How long this transaction may wait for a lock ($1: "10000ms").
select set_config('lock_timeout', $1, true);

-- name: refresh_property_stats
-- Refreshes the statistics beside their readers.
select public.refresh_property_stats();

-- name: migrate_pulled_properties
-- Takes legacy rows over into live.
select public.migrate_pulled_properties_to_live();

-- name: backend_pid
-- The server process that answers; a pooler gives its clients another number.
select pg_backend_pid();
