-- How sources stand, for people: one word and one reason each. No listing is read for it.

-- Every source that not only dry runs know, or one. It is, in this order: failed, as its newest session
-- failed or was interrupted; suspect, as that session is, its plan is held, or the source is paused; new, as
-- nothing of it went live; late, by its own rhythm as sources_overview has it; else fresh.
create function property_manager.standing(p_source text)
returns table (
  source_id integer, name text, state text, why text, active bigint, last_sync timestamptz,
  usual interval, session_id uuid, session_kind text, session_at timestamptz, paused_until timestamptz
)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  with market as (
    select m.source_id, sum(m.listings)::bigint as active
    from property_manager.market_counts m where m.level = 'kind' group by m.source_id
  ), paused as (
    select p.source_id, nullif(p.until, 'infinity') as until, p.reason
    from property_manager.pauses p where p.ended_at is null and p.until > clock_timestamp()
  ), stopped as (
    select distinct on (s.source_id) s.source_id, s.id, s.kind, s.heartbeat_at, s.created_at
    from public.scraping_sessions s
    where s.status = 'running' and property_manager.is_interrupted(s)
    order by s.source_id, s.created_at desc
  )
  select f.id, f.name,
    case
      when x.id is not null or e.status = 'failed' then 'failed'
      when p.source_id is not null or e.verdict = 'suspect' or e.sync_status = 'held' then 'suspect'
      when a.completed_at is null then 'new'
      when coalesce(m.active, 0) > 0 and now() - a.completed_at
        > case when r.usual is null then interval '7 days' else greatest(3 * r.usual, interval '1 day') end
        then 'late'
      else 'fresh'
    end,
    case
      when x.id is not null then 'its process ended'
      when e.status = 'failed' then e.error_message
      when p.source_id is not null then p.reason
      when e.verdict = 'suspect' then e.verdict_reason
      when e.sync_status = 'held' then 'its plan waits for a decision'
    end,
    coalesce(m.active, 0), a.completed_at, r.usual, coalesce(x.id, e.id), coalesce(x.kind, e.kind),
    coalesce(x.heartbeat_at, e.completed_at), p.until
  from public.sources f
  left join market m on m.source_id = f.id
  left join paused p on p.source_id = f.id
  -- the newest session that ended
  left join lateral (
    select s.* from public.scraping_sessions s
    where s.source_id = f.id and s.completed_at is not null
    -- in the order of one index alone, so that no plan walks the sessions of other sources
    order by s.source_id desc, s.completed_at desc limit 1
  ) e on true
  left join stopped x on x.source_id = f.id and x.created_at > coalesce(e.created_at, '-infinity')
  -- the newest sync that went live
  left join lateral (
    select y.completed_at
    from public.scraping_sessions s
    cross join lateral (select n.completed_at from public.sync_metadata n
      where n.session_id = s.id and n.sync_status = 'completed' order by n.epoch desc limit 1) y
    where s.source_id = f.id and s.completed_at is not null
    order by s.source_id desc, s.completed_at desc limit 1
  ) a on true
  -- its rhythm, where that can make it late
  left join lateral (
    select percentile_cont(0.5) within group (order by g.gap) as usual
    from (
      select t.completed_at - lag(t.completed_at) over (order by t.completed_at) as gap
      from (
        select y.completed_at
        from public.scraping_sessions s
        cross join lateral (select n.completed_at from public.sync_metadata n
          where n.session_id = s.id and n.sync_status = 'completed' order by n.epoch desc limit 1) y
        where s.source_id = f.id and s.completed_at is not null
          and a.completed_at < now() - interval '1 day'
        order by s.source_id desc, s.completed_at desc limit 10
      ) t
    ) g
    having count(g.gap) >= 2
  ) r on true
  where f.merged_into is null and (f.name = p_source or (p_source is null
    and (a.completed_at is not null or e.sync_status is distinct from 'planned')))
$$;

-- What needs a person comes first.
create function property_manager.standing_rank(p_state text) returns integer
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array_position('{failed,suspect,late,new,fresh}'::text[], p_state)
$$;

-- How many sources stand in each way.
create function api.source_state_counts() returns table (state text, sources bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.state, count(*) from property_manager.standing(null) s
  group by s.state order by property_manager.standing_rank(s.state)
$$;

-- A page of sources: one or all (null), of a state or any (null), whose name has a text or any (null), after
-- a source (its rank and name, or nulls), those first that need a person; with what waits of each.
create function api.source_states(p_source text, p_state text, p_named text, p_after_rank integer,
  p_after_name text, p_limit integer)
returns table (
  name text, state text, "rank" integer, why text, active bigint, last_sync timestamptz,
  usual_hours numeric, session_id uuid, session_kind text, session_at timestamptz, paused_until timestamptz,
  held bigint, pending bigint, quarantined bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  with page as materialized (
    select s.*, k.rank
    from property_manager.standing(p_source) s
    cross join lateral (select property_manager.standing_rank(s.state)) k (rank)
    where (p_state is null or s.state = p_state)
      and (p_named is null or strpos(lower(s.name), lower(p_named)) > 0)
      and (p_after_rank is null or (k.rank, s.name) > (p_after_rank, p_after_name))
    order by k.rank, s.name
    limit p_limit
  ), waiting as (
    select s.source_id, count(*) filter (where s.sync_status = 'held') as held,
      count(*) filter (where s.sync_status = 'pending') as pending
    from public.scraping_sessions s where s.sync_status in ('pending', 'held') group by s.source_id
  )
  select p.name, p.state, p.rank, p.why, p.active, p.last_sync,
    round(extract(epoch from p.usual) / 3600, 1), p.session_id, p.session_kind, p.session_at, p.paused_until,
    coalesce(w.held, 0), coalesce(w.pending, 0), q.quarantined
  from page p
  left join waiting w on w.source_id = p.source_id
  cross join lateral (select count(*) from property_manager.quarantine q
    where q.source_id = p.source_id and q.status = 'open') q (quarantined)
  order by p.rank, p.name
$$;

-- What became of the catalogue on each of the last days that something happened on, the oldest first.
create function api.market_days(p_days integer)
returns table (day date, active bigint, added bigint, changed bigint, returned bigint, removed bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select * from (
    select d.day, d.active, d.added, d.changed, d.returned, d.removed
    from property_manager.market_days d order by d.day desc limit p_days
  ) d
  order by d.day
$$;

-- How the whole catalogue stands: what is on the market, what waits for a person, what runs.
create function api.catalogue_standing()
returns table (active bigint, held bigint, pending bigint, quarantined bigint, pairs bigint, running bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.active,
    (select count(*) from public.scraping_sessions s where s.sync_status = 'held'),
    (select count(*) from public.scraping_sessions s where s.sync_status = 'pending'),
    (select count(*) from property_manager.quarantine q where q.status = 'open'),
    (select count(*) from property_manager.linkage_waiting w where not w.sure),
    (select count(*) from public.scraping_sessions s
      where s.status = 'running' and not property_manager.is_interrupted(s))
  from property_manager.feed f
$$;

-- The quality of what the last sessions of all sources or of one brought live, a day's mean, oldest first.
create function api.quality_days(p_source text, p_days integer)
returns table (day date, quality numeric, completeness numeric, sessions bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with newest as (
    select s.completed_at as at from public.scraping_sessions s where s.completed_at is not null
    order by s.completed_at desc limit 1
  )
  select (s.completed_at at time zone 'utc')::date,
    round(sum(m.data_quality_score * greatest(m.total_scraped, 1)) / sum(greatest(m.total_scraped, 1)), 4),
    round(sum(m.completeness_rate * greatest(m.total_scraped, 1)) / sum(greatest(m.total_scraped, 1)), 4),
    count(*)
  from newest n
  join public.scraping_sessions s on s.completed_at > n.at - make_interval(days => p_days)
  join public.sync_metadata m on m.session_id = s.id
  join public.sources f on f.id = s.source_id
  where m.sync_status = 'completed' and m.total_scraped > 0 and m.data_quality_score is not null
    and (p_source is null or f.name = p_source)
  group by 1
  order by 1
$$;

-- Sessions that run now, with how far they have come.
create function api.running_sessions(p_limit integer)
returns table (
  id uuid, source text, session_name text, kind text, started_at timestamptz, heartbeat_at timestamptz,
  "rows" integer, index_pages integer, index_pages_total integer, detail_pages integer, pages_failed integer,
  usual_rows integer
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, f.name, s.session_name, s.kind, s.started_at, s.heartbeat_at, s.properties_found,
    s.current_page, s.total_pages, s.pages_scraped, s.pages_failed, b.properties_found
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  left join lateral (
    select o.properties_found from public.scraping_sessions o
    where o.scope_id = s.scope_id and o.completed_at is not null and o.verdict = 'complete'
      and o.kind = s.kind
    order by o.scope_id desc, o.completed_at desc limit 1
  ) b on true
  where s.status = 'running' and not property_manager.is_interrupted(s)
  order by s.started_at
  limit p_limit
$$;

-- A page of sessions before one (its time and id, or nulls), the newest first: of a source or of all (null),
-- with a status or any (null).
create function api.sessions_page(p_source text, p_status text, p_before timestamptz, p_before_id uuid,
  p_limit integer)
returns table (
  id uuid, session_name text, source text, kind text, status text, verdict text, sync_status text,
  properties_found integer, pages_failed integer, created_at timestamptz, started_at timestamptz,
  completed_at timestamptz, /*each outcome ", "*/{name} integer/*end*/, removed_properties integer,
  quality numeric, refused boolean
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, s.session_name, f.name, s.kind,
    case when property_manager.is_interrupted(s) then 'interrupted' else s.status end,
    s.verdict, s.sync_status, s.properties_found, s.pages_failed, s.created_at, s.started_at, s.completed_at,
    /*each outcome ", "*/m.{name}/*end*/, m.removed_properties, m.data_quality_score,
    coalesce(m.sync_status = 'held', false)
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  left join lateral (
    select y.* from public.sync_metadata y where y.session_id = s.id order by y.epoch desc limit 1
  ) m on true
  where (p_source is null or f.name = p_source)
    and (p_before is null or (s.created_at, s.id) < (p_before, p_before_id))
    and (p_status is null or p_status in (s.status, s.sync_status, s.verdict)
      or (p_status = 'interrupted' and property_manager.is_interrupted(s)))
  order by s.created_at desc, s.id desc
  limit p_limit
$$;

-- All that the dashboard's first page shows, in one answer: the last p_days days, p_sources sources and
-- p_sessions sessions.
create function api.overview(p_days integer, p_sources integer, p_sessions integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
    'standing', (select to_jsonb(s) from api.catalogue_standing() s),
    'states', (select coalesce(jsonb_agg(s), '[]') from api.source_state_counts() s),
    'days', (select coalesce(jsonb_agg(d order by d.day), '[]') from api.market_days(p_days) d),
    'quality', (select coalesce(jsonb_agg(d order by d.day), '[]') from api.quality_days(null, p_days) d),
    'running', (select coalesce(jsonb_agg(r order by r.started_at), '[]') from api.running_sessions(20) r),
    'sources', (select coalesce(jsonb_agg(s order by s.rank, s.name), '[]')
      from api.source_states(null, null, null, null, null, p_sources) s),
    'sessions', (select coalesce(jsonb_agg(s order by s.created_at desc, s.id desc), '[]')
      from api.sessions_page(null, null, null, null, p_sessions) s))
$$;
