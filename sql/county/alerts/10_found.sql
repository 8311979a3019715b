-- What alerts say of counties: of each kind all that is so now, asked of its own small table.

-- Layers whose last load came to nothing, before a row landed or for another reason that no session shows;
-- one alert however often it is tried, until a load of the layer ends well. What its sessions show is told of
-- them.
create function property_manager.find_load_failed() returns setof property_manager.found_alert
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select concat_ws('.', r.county, r.layer), null::integer,
    format('%s, layer %s: %s', r.county, r.layer, case r.status
      when 'failure' then coalesce(r.error_message, 'its load ended without a word')
      else format('interrupted: its load began at %s and has not ended',
        property_manager.format_moment(r.started_at)) end),
    format('property-manager county load %s --layer %s', property_manager.shell_word(r.county),
      property_manager.shell_word(r.layer)),
    null, coalesce(r.completed_at, r.started_at)
  from (
    select distinct on (n.county, n.layer) n.*
    from county.data_ingestion_runs n
    where n.started_at > clock_timestamp() - interval '30 days'
      -- one that is at work may yet end well
      and (n.status <> 'running' or n.started_at < clock_timestamp() - interval '6 hours')
    order by n.county, n.layer, n.started_at desc
  ) r
  where r.status in ('failure', 'running')
    and not exists (
      select from public.scraping_sessions s
      where s.id = any (r.sessions) and (s.status <> 'completed' or s.sync_status in ('pending', 'held')))
$$;
