-- How the frontier stands, for people.

-- The pages of a source, or of all sources (null), by state, priority and reason; how many of those that wait
-- are not due yet, as they are tried again later; and since when the oldest is queued.
create function api.crawl_queue(p_source text)
returns table (source text, state text, priority smallint, reason text, pages bigint, later bigint,
  oldest timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.name, f.state, f.priority, f.reason, count(*),
    count(*) filter (where f.state = 'waiting' and f.not_before > clock_timestamp()), min(f.queued_at)
  from property_manager.frontier f
  join public.sources s on s.id = f.source_id
  where p_source is null or s.name = p_source
  group by s.name, f.state, f.priority, f.reason
  order by s.name, f.state, f.priority, f.reason
$$;

-- The workers that fetch pages of a source, or of all sources (null), by their sessions.
create function api.crawl_workers(p_source text)
returns table (session_id uuid, source text, worker text, started_at timestamptz, heard_at timestamptz,
  pages integer, failed integer, items integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, f.name, s.filters_applied #>> '{crawl,worker}', s.started_at, s.heartbeat_at,
    s.pages_scraped + s.pages_failed, s.pages_failed, s.properties_found
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  where s.status = 'running' and property_manager.is_crawl(s) and not property_manager.is_interrupted(s)
    and (p_source is null or f.name = p_source)
  order by f.name, s.started_at
$$;
