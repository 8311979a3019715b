-- What is watched from outside: figures of the whole catalogue, and of its largest sources, at a cost that
-- neither listings nor sessions nor pages that wait make larger.

-- When the page was queued that has waited longest: per source and priority the head of one index.
create function property_manager.oldest_queued() returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with recursive waiting as (
    (select f.source_id from property_manager.frontier f where f.state = 'waiting'
      order by f.source_id limit 1)
    union all
    select (select f.source_id from property_manager.frontier f
      where f.state = 'waiting' and f.source_id > w.source_id order by f.source_id limit 1)
    from waiting w where w.source_id is not null
  )
  select min(q.queued_at)
  from waiting w
  cross join generate_series(1, 5) p (priority)
  cross join lateral (
    select f.queued_at from property_manager.frontier f
    where f.source_id = w.source_id and f.priority = p.priority and f.state = 'waiting'
    order by f.queued_at limit 1) q
  where w.source_id is not null
$$;

-- The figures of up to so many sources, those with the most active listings first.
-- Out: active: listings; quarantined: rows; seconds: what the last session took; last_success: when its last
-- session that was applied ended.
create function property_manager.metrics_of_sources(p_most integer)
returns table (source text, active bigint, quarantined bigint, seconds numeric, last_success numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  with counted as (
    select c.source_id, sum(c.listings)::bigint as active
    from property_manager.market_counts c where c.level = 'kind' group by c.source_id
  ), aside as (
    select q.source_id, count(*) as rows from property_manager.quarantine q
    where q.status = 'open' group by q.source_id
  ), shown as (
    select f.id, f.name, coalesce(c.active, 0) as active, coalesce(a.rows, 0) as quarantined
    from public.sources f
    left join counted c on c.source_id = f.id
    left join aside a on a.source_id = f.id
    where f.merged_into is null
    order by coalesce(c.active, 0) desc, f.name
    limit p_most
  )
  select s.name, s.active, s.quarantined,
    (select extract(epoch from n.completed_at - n.started_at) from public.scraping_sessions n
      where n.source_id = s.id and n.completed_at is not null order by n.completed_at desc limit 1),
    (select extract(epoch from n.completed_at) from public.scraping_sessions n
      where n.source_id = s.id and n.completed_at is not null and n.sync_status = 'completed'
      order by n.completed_at desc limit 1)
  from shown s
$$;

-- Everything that metrics are made of, as one document.
create function api.metrics(p_sources integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  select jsonb_build_object(
    'sources', (select count(*) from public.sources where merged_into is null),
    'listings_active', (select coalesce(sum(c.listings), 0) from property_manager.market_counts c
      where c.level = 'kind'),
    'quarantined_rows', (select count(*) from property_manager.quarantine q where q.status = 'open'),
    'by_source', coalesce((
      select jsonb_agg(to_jsonb(m)) from property_manager.metrics_of_sources(p_sources) m), '[]'),
    'plans_held', (select count(*) from public.scraping_sessions s where s.sync_status = 'held'),
    'sessions_running', (select count(*) from public.scraping_sessions s
      where s.status <> 'completed' and s.status = 'running' and not property_manager.is_interrupted(s)),
    'sessions_pending', (select count(*) from public.scraping_sessions s where s.sync_status = 'pending'),
    'pending_age', (select extract(epoch from clock_timestamp() - min(s.completed_at))
      from public.scraping_sessions s where s.sync_status = 'pending'),
    'queue_age', extract(epoch from clock_timestamp() - property_manager.oldest_queued()),
    'jobs', (select jsonb_object_agg(t.state, t.jobs) from (
      select coalesce(j.trouble, j.state) as state, count(*) as jobs from api.jobs() j group by 1) t),
    'workers', property_manager.live_workers(),
    'alerts', (select jsonb_object_agg(k.name, k.open) from api.alert_kinds() k),
    'channels', coalesce((select jsonb_agg(to_jsonb(w)) from (
      select c.name, count(m.id) as waiting, extract(epoch from clock_timestamp() - min(m.created_at)) as age
      from property_manager.alert_channels c
      left join property_manager.alert_messages m on m.channel = c.name and m.status = 'waiting'
      group by c.name order by c.name) w), '[]'),
    'position', (select f.position from property_manager.feed f))
$$;
