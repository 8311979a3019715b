-- The sessions that pages land in: what is theirs after a sync, and where it never comes to one.

-- Whether a session stages pages of the frontier.
create function property_manager.is_crawl(p_session public.scraping_sessions) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_session.filters_applied ? 'crawl'
$$;

-- The sessions of a source whose worker is gone; their rows wait for somebody to end them.
create function api.dead_crawls(p_source text) returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id
  from public.scraping_sessions s join public.sources f on f.id = s.source_id
  where f.name = p_source and s.status = 'running' and property_manager.is_crawl(s)
    and property_manager.is_interrupted(s)
  order by s.created_at
$$;

-- The sessions of a scope, of a source, that wait for their sync, in the order in which they are synced: one
-- that is synced after a later one is stale.
create function api.crawls_to_sync(p_source text) returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id
  from public.scraping_sessions s join public.sources f on f.id = s.source_id
  where f.name = p_source and s.sync_status = 'pending' and property_manager.is_crawl(s)
  order by s.completed_at
$$;

-- Which listing each page of an applied session is of, and its content: from now on its page need not be read
-- again while it does not change. A page with several listings is always read.
create function property_manager.remember_pages(p_session public.scraping_sessions, p_source public.sources)
returns void
language sql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  update property_manager.frontier f
  set listing_id = one.listing_id, fingerprint = one.fingerprint,
    fingerprint_version = one.fingerprint_version
  from (
    select s.source_url, min(l.id::text)::uuid as listing_id, min(s.fingerprint) as fingerprint,
      min(s.fingerprint_version) as fingerprint_version
    from public.property_scrapes_staging s
    left join public.properties_live l on l.source = p_source.name and l.property_id = s.property_id
    where s.session_id = p_session.id and property_manager.is_crawl(p_session)
    group by s.source_url
    having count(*) = 1
  ) one
  where f.source_id = p_source.id and f.url_key = md5(one.source_url)::uuid and f.session_id = p_session.id
$$;

-- The listings whose pages a session found unchanged, and that are still as they were.
create function property_manager.unchanged_listings(p_session public.scraping_sessions)
returns table (property_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select l.property_id
  from property_manager.unchanged_pages u
  join public.properties_live l on l.id = u.listing_id
  where u.session_id = p_session.id and exists (
    select from property_manager.listing_state t
    where t.source_id = p_session.source_id and t.property_id = l.property_id and t.fingerprint is not null
    offset 0)
$$;

-- Queues the pages anew that landed in a session which will never be synced: what they showed is not live.
create function property_manager.queue_unsynced(p_session uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off
set plan_cache_mode = force_custom_plan as $$
declare
  v_session public.scraping_sessions;
begin
  select * into v_session from public.scraping_sessions s where s.id = p_session;
  if not property_manager.is_crawl(v_session) then
    return;
  end if;
  update property_manager.frontier f
  set state = 'waiting', attempts = 0, not_before = null, queued_at = clock_timestamp(),
    message = 'the session in which it landed was not synced'
  where f.id = any (array(
    select p.id
    from (
      select distinct md5(s.source_url)::uuid as url_key
      from public.property_scrapes_staging s where s.session_id = p_session and s.source_url is not null
    ) s
    join property_manager.frontier p on p.source_id = v_session.source_id and p.url_key = s.url_key
    where p.session_id = p_session and p.state = 'done'
    order by p.url_key for update of p));
end
$$;
