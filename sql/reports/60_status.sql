-- The state of the catalogue: sources, syncs, subscribers.

-- Every source that not only dry runs know, or one, with its listings, or a county's records, its last sync
-- and what waits. A source with active ones is overdue by its own rhythm, the median time between its last
-- ten syncs: after three times as long, and a day at least; one with fewer than three syncs after a week.
create function api.sources_overview(p_source text)
returns table (
  name text, currency text, active bigint, inactive bigint, removed bigint, quarantined bigint,
  last_sync timestamptz, pending bigint, held bigint, age_hours numeric, usual_hours numeric, overdue boolean
)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with live as (
    select l.source, count(*) filter (where l.status = 'active') as active,
      count(*) filter (where l.status = 'inactive') as inactive,
      count(*) filter (where l.status = 'removed') as removed
    from public.properties_live l where p_source is null or l.source = p_source group by l.source
    union all
    select f.name, c.active, c.inactive, c.removed
    from public.sources f
    cross join lateral property_manager.count_records(property_manager.record_kind(f), f.name) c
    where property_manager.record_kind(f) is not null and (p_source is null or f.name = p_source)
  ), aside as (
    select q.source_id, count(*) as quarantined
    from property_manager.quarantine q where q.status = 'open' group by q.source_id
  ), syncs as (
    select s.source_id, m.completed_at,
      m.completed_at - lag(m.completed_at) over (partition by s.source_id order by m.completed_at) as gap,
      row_number() over (partition by s.source_id order by m.completed_at desc) as nth
    from public.sync_metadata m
    join public.scraping_sessions s on s.id = m.session_id
    where m.sync_status = 'completed'
  ), synced as (
    select source_id, max(completed_at) as last_sync, now() - max(completed_at) as age,
      case when count(gap) >= 2 then percentile_cont(0.5) within group (order by gap) end as usual
    from syncs where nth <= 10
    group by source_id
  ), waiting as (
    select s.source_id, count(*) filter (where s.sync_status = 'pending') as pending,
      count(*) filter (where s.sync_status = 'held') as held
    from public.scraping_sessions s where s.sync_status in ('pending', 'held') group by s.source_id
  )
  select f.name, f.currency, coalesce(l.active, 0), coalesce(l.inactive, 0), coalesce(l.removed, 0),
    coalesce(a.quarantined, 0), m.last_sync, coalesce(w.pending, 0), coalesce(w.held, 0),
    round(extract(epoch from m.age) / 3600, 1), round(extract(epoch from m.usual) / 3600, 1),
    coalesce(l.active > 0 and /*use is_overdue m.age, m.usual*/, false)
  from public.sources f
  left join live l on l.source = f.name
  left join aside a on a.source_id = f.id
  left join synced m on m.source_id = f.id
  left join waiting w on w.source_id = f.id
  where f.name = p_source or (p_source is null and not property_manager.is_only_tried(f))
  order by f.name
$$;

-- The last syncs of a source or of all (null). One that was held or planned and then given up, or overtaken
-- by a newer session, is discarded or stale.
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
      when m.sync_status in ('held', 'planned') and s.sync_status in ('discarded', 'stale') then s.sync_status
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
