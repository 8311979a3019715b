-- What alerts are about: of each kind all that is so now, asked of its own small index and never of listings.

-- Plans that wait for somebody's decision.
create function property_manager.find_plan_held() returns setof property_manager.found_alert
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id::text, s.source_id, coalesce(p.reasons #>> '{0,sentence}', 'it waits for a decision'),
    format('property-manager plans show %s', left(p.id::text, 8)), format('/plans/%s', p.id), p.created_at
  from public.scraping_sessions s
  cross join lateral (
    select * from property_manager.plans n
    where n.session_id = s.id and n.status = 'held' order by n.created_at desc limit 1) p
  where s.sync_status = 'held'
$$;

-- Scopes whose last session failed or was broken off, or whose sync fails; one alert however often it is
-- tried, until a session ends well.
create function property_manager.find_session_failed() returns setof property_manager.found_alert
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.scope_id::text, s.source_id,
    case s.status when 'failed' then coalesce(s.error_message, 'it ended without a word')
      else format('interrupted: no sign of its process since %s',
        property_manager.format_moment(s.heartbeat_at)) end,
    case when s.status = 'running' and property_manager.can_resume(s)
      then format('property-manager scrape --resume %s', left(s.id::text, 8))
      else format('property-manager session-details --session-id %s', left(s.id::text, 8)) end,
    format('/sessions/%s', s.id), coalesce(s.completed_at, s.heartbeat_at)
  from (
    select distinct on (u.scope_id) u.* from public.scraping_sessions u
    -- a worker goes on with a broken-off session within minutes
    where u.status <> 'completed'
      and (u.status = 'failed' or u.heartbeat_at < clock_timestamp() - interval '10 minutes')
    order by u.scope_id, u.created_at desc
  ) s
  where s.created_at > clock_timestamp() - interval '30 days'
    and not exists (
      select from public.scraping_sessions later
      where later.source_id = s.source_id and later.status = 'completed' and later.created_at >= s.created_at
        and (later.scope_id = s.scope_id or later.base_url = s.base_url))
  union all
  select distinct on (s.scope_id) format('sync %s', s.scope_id), s.source_id,
    format('its sync failed: %s', coalesce(m.error_summary, 'it ended without a word')),
    'property-manager sync-pending', format('/sessions/%s', s.id), m.completed_at
  from public.scraping_sessions s
  cross join lateral (
    select n.sync_status, n.error_summary, n.completed_at from public.sync_metadata n
    where n.session_id = s.id order by n.epoch desc limit 1) m
  where s.sync_status = 'pending' and m.sync_status = 'failed'
$$;

-- Sources that their sessions paused, until one of their sessions is not suspect, or a person resumes them.
create function property_manager.find_source_paused() returns setof property_manager.found_alert
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.id::text, f.id, p.reason,
    format('property-manager sources resume %s', property_manager.shell_word(f.name)),
    format('/sources/%s', f.name), p.since
  from property_manager.pauses p
  join public.sources f on f.id = p.source_id
  where p.ended_at is null and p.paused_by is null
    and not exists (
      select from public.scraping_sessions s
      where s.source_id = p.source_id and s.kind in ('scrape', 'index') and s.status = 'completed'
        and s.verdict in ('complete', 'partial') and s.completed_at > p.since
        and s.id is distinct from p.session_id)
$$;

-- Sources with active listings, and layers of counties, whose last sync is too old by their own rhythm, as
-- status has it; of a paused one that is told already.
create function property_manager.find_source_late() returns setof property_manager.found_alert
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.id::text, f.id,
    format('its last sync was applied %s hours ago%s', round(extract(epoch from n.age) / 3600),
      coalesce(format(', usual are %s', round(extract(epoch from n.usual) / 3600, 1)), '')),
    format('property-manager list-sessions --source %s', property_manager.shell_word(f.name)),
    format('/sources/%s', f.name), n.last_sync
  from (
    -- whose rhythm need not be asked: what was synced within a day is not late by any
    select * from public.sources x
    where not exists (
      select from public.scraping_sessions s
      where s.source_id = x.id and s.sync_status = 'completed'
        and s.completed_at > clock_timestamp() - interval '1 day')
  ) f
  cross join lateral (
    select max(g.completed_at) as last_sync, clock_timestamp() - max(g.completed_at) as age,
      case when count(g.gap) >= 2 then percentile_cont(0.5) within group (order by g.gap) end as usual
    from (
      select d.completed_at, d.completed_at - lag(d.completed_at) over (order by d.completed_at) as gap
      from (
        select m.completed_at
        from public.scraping_sessions s
        join public.sync_metadata m on m.session_id = s.id and m.sync_status = 'completed'
        where s.source_id = f.id and s.status = 'completed'
        order by s.completed_at desc limit 10) d) g
  ) n
  where /*use is_overdue n.age, n.usual*/
    and (exists (select from property_manager.market_counts c where c.source_id = f.id)
      or (f.facts ->> 'records' <> 'listings'
        and exists (select from property_manager.listing_state l where l.source_id = f.id)))
    and not exists (select from property_manager.pauses p
      where p.source_id = f.id and p.ended_at is null and p.until > clock_timestamp())
$$;

-- Jobs whose last run failed. A run that begins again ends no alert, one that is done does. What sends alerts
-- cannot tell that it fails: doctor does.
create function property_manager.find_job_failed() returns setof property_manager.found_alert
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select j.name, f.id, format('job %s: %s', j.name, coalesce(r.message, 'it ended without a word')),
    coalesce(r.next_step, 'property-manager schedule list'), '/jobs', r.ended_at
  from property_manager.jobs j
  cross join lateral (
    select * from property_manager.job_runs n
    where n.job_id = j.id and n.outcome not in ('running', 'stopped') order by n.id desc limit 1) r
  left join public.sources f on f.name = j.source
  where j.enabled and r.outcome in ('failed', 'lost') and j.command[1] <> 'alerts'
$$;

-- Jobs that did not run when they were due, or whose worker is gone.
create function property_manager.find_job_late() returns setof property_manager.found_alert
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select j.name, f.id, format('job %s: %s', j.name, j.reason), j.advice, '/jobs', j.next_due
  from api.jobs() j
  join property_manager.jobs o on o.name = j.name
  left join public.sources f on f.name = o.source
  where j.trouble in ('late', 'lost') and j.command[1] <> 'alerts'
$$;

-- Subscribers of the feed that fail.
create function property_manager.find_subscriber_failed() returns setof property_manager.found_alert
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select w.name, null::integer, format('%s: %s', w.name, w.error), 'property-manager repair', '/jobs',
    w.failed_at
  from property_manager.subscribers w
  where w.error is not null
$$;
