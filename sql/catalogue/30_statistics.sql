-- Refreshes the materialized view without locking its readers out.
create function public.refresh_property_stats() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_position bigint := (select position from property_manager.feed);
begin
  if (select relispopulated from pg_catalog.pg_class where oid = 'public.property_stats'::regclass) then
    refresh materialized view concurrently public.property_stats;
  else
    refresh materialized view public.property_stats;
  end if;
  insert into property_manager.view_refreshes (view_name, position, refreshed_at, duration_ms)
  values ('property_stats', v_position, now(), 1000 * extract(epoch from clock_timestamp() - now()))
  on conflict (view_name) do update
    set position = excluded.position, refreshed_at = excluded.refreshed_at,
      duration_ms = excluded.duration_ms;
end
$$;
grant execute on function public.refresh_property_stats to service_role;

-- The materialized view, read through a function.
create function public.property_statistics() returns setof public.property_stats
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select * from public.property_stats
$$;
grant execute on function public.property_statistics to authenticated, service_role;
