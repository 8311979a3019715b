-- The state of the catalogue: sources, syncs, subscribers.

-- Every source, or one, with its listings, its last sync and what waits.
create function api.sources_overview(p_source text)
returns table (
  name text, currency text, active bigint, inactive bigint, removed bigint, quarantined bigint,
  last_sync timestamptz, pending bigint, held bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.name, f.currency,
    (select count(*) from public.properties_live l where l.source = f.name and l.status = 'active'),
    (select count(*) from public.properties_live l where l.source = f.name and l.status = 'inactive'),
    (select count(*) from public.properties_live l where l.source = f.name and l.status = 'removed'),
    (select count(*) from property_manager.quarantine q where q.source_id = f.id and q.status = 'open'),
    (select max(m.completed_at)
      from public.sync_metadata m
      join public.scraping_sessions s on s.id = m.session_id
      where s.source_id = f.id and m.sync_status = 'completed'),
    (select count(*) from public.scraping_sessions s where s.source_id = f.id and s.sync_status = 'pending'),
    (select count(*) from public.scraping_sessions s where s.source_id = f.id and s.sync_status = 'held')
  from public.sources f
  where p_source is null or f.name = p_source
  order by f.name
$$;

-- The last syncs of a source or of all (null).
create function api.recent_syncs(p_source text, p_limit integer)
returns table (
  session_id uuid, source text, plan_id uuid, sync_status text,
  total_scraped integer, /*each outcome ", "*/{name} integer/*end*/, missing_properties integer,
  removed_properties integer, significant_updates integer, data_quality_score numeric,
  completeness_rate numeric,
  sync_duration_ms bigint, staging_to_live_duration_ms bigint, error_summary text, created_at timestamptz,
  completed_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.session_id, f.name, m.plan_id,
    case when m.sync_status = 'completed' and s.sync_status = 'rolled_back' then s.sync_status
      else property_manager.run_status(m) end,
    m.total_scraped, /*each outcome ", "*/m.{name}/*end*/, m.missing_properties,
    m.removed_properties, m.significant_updates, m.data_quality_score, m.completeness_rate,
    m.sync_duration_ms, m.staging_to_live_duration_ms, m.error_summary, m.created_at, m.completed_at
  from public.sync_metadata m
  join public.scraping_sessions s on s.id = m.session_id
  join public.sources f on f.id = s.source_id
  where p_source is null or f.name = p_source
  order by m.id desc
  limit p_limit
$$;

-- The feed position that the materialized views were refreshed at, beside that of the feed.
create function api.views_freshness()
returns table (view_name text, "position" bigint, feed_position bigint, refreshed_at timestamptz,
  duration_ms bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.view_name, r.position, f.position, r.refreshed_at, r.duration_ms
  from property_manager.feed f
  left join property_manager.view_refreshes r on true
$$;

-- The subscribers of the feed, their positions, and what went wrong last.
create function api.subscribers()
returns table (name text, "position" bigint, done_at timestamptz, error text, failed_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.name, s.position, s.done_at, s.error, s.failed_at from property_manager.subscribers s
  order by s.name
$$;
