-- A subscriber's position in the feed; a new one starts at 0. The failure of a subscriber is recorded and
-- never undoes a sync.
create function api.subscriber_position(p_name text) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.subscribers (name) values (p_name)
  on conflict (name) do update set name = excluded.name
  returning position
$$;

-- Moves a subscriber to a position, and clears its error; it is behind no longer, unless the feed has gone
-- on.
create function api.subscriber_done(p_name text, p_position bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.subscribers
  set position = greatest(position, p_position), done_at = now(), error = null, failed_at = null,
    behind_since = case when p_position < (select f.position from property_manager.feed f)
      then clock_timestamp() end
  where name = p_name
$$;

-- Records the error of a subscriber.
create function api.subscriber_failed(p_name text, p_error text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.subscribers set error = left(p_error, 1000), failed_at = now() where name = p_name
$$;

-- Refreshes the materialized views without locking their readers out; waits no longer for a lock on one.
create function api.refresh_views(p_lock_timeout text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('lock_timeout', p_lock_timeout, true);
  perform public.refresh_property_stats();
end
$$;
