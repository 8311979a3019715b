-- The live catalogue against its thresholds, source by source. What is not assessed is reported as such.

-- Every source, or one, measured by its active listings in live: completeness over all weighted fields; how
-- evenly they are spread over places, 0 in one to 1; the share that is a further one of a home, where all
-- were compared. Of its syncs: the share of rows that the last five quarantined, the hours since the last,
-- and the score of that one and those before it. With a session: of its source, by its sync alone. What
-- cannot be measured is null.
create function property_manager.measured_sources(p_source text, p_session uuid)
returns table (source text, facts jsonb, listings bigint, completeness numeric, errors numeric,
  freshness_hours numeric, duplicates numeric, waiting bigint, geographic_diversity numeric, places bigint,
  session_id uuid, quality numeric, scores jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with chosen as (
    select f.id, f.name, f.facts from public.sources f
    where (f.name = p_source or p_source is null and (f.merged_into is null or p_session is not null))
      and (p_session is null
        or f.id = (select s.source_id from public.scraping_sessions s where s.id = p_session))
  ), spread as (
    select l.source, l.city, l.neighborhood, count(*) as listings,
      sum(l.data_completeness_score) as completeness
    from public.properties_live l join chosen f on f.name = l.source
    where l.status = 'active'
    group by l.source, l.city, l.neighborhood
  ), live as (
    select s.source, sum(s.listings) as listings, sum(s.completeness) / sum(s.listings) as completeness,
      count(*) filter (where s.city is not null) as places,
      sum(s.listings) filter (where s.city is not null) as placed
    from spread s
    group by s.source
  ), evenness as (
    select l.source, case when l.places > 1 then
      -sum(s.listings / l.placed * ln(s.listings / l.placed)) / ln(l.places::numeric) else 0 end as evenness
    from live l join spread s on s.source = l.source and s.city is not null
    group by l.source, l.places
  ), synced as (
    select f.id, m.quarantined_properties as quarantined, m.total_scraped - m.superseded_rows as rows,
      m.completed_at, m.session_id, m.data_quality_score,
      row_number() over (partition by f.id order by m.completed_at desc) as nth
    from public.sync_metadata m
    join public.scraping_sessions s on s.id = m.session_id
    join chosen f on f.id = s.source_id
    where m.sync_status = 'completed' and (p_session is null or m.session_id = p_session)
  ), last as (
    select y.id, sum(y.quarantined) filter (where y.nth <= 5)::numeric
        / nullif(sum(y.rows) filter (where y.nth <= 5), 0) as errors,
      jsonb_agg(y.data_quality_score order by y.nth desc) as scores
    from synced y where y.nth <= 12
    group by y.id
  )
  select f.name, f.facts, coalesce(l.listings, 0)::bigint, round(l.completeness, 3), round(e.errors, 3),
    round(extract(epoch from now() - y.completed_at) / 3600, 1),
    case when d.is_assessed then round(d.further::numeric / d.listings, 3) end, coalesce(d.waiting, 0),
    round(v.evenness, 3), coalesce(l.places, 0), y.session_id, y.data_quality_score,
    coalesce(e.scores, '[]')
  from chosen f
  left join live l on l.source = f.name
  left join evenness v on v.source = f.name
  left join last e on e.id = f.id
  left join synced y on y.id = f.id and y.nth = 1
  left join api.duplicate_rates(p_source) d on d.source = f.name
$$;

-- The thresholds of a source: those of the caller's code before those of the source's file before the
-- defaults. In: its facts; {code: {name: value}, default: {name: value}}. Out: `origin` is code, source or
-- default; null where there is none.
create function property_manager.thresholds_of(p_facts jsonb, p_thresholds jsonb)
returns table (place integer, name text, threshold numeric, origin text)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select c.place, c.name, coalesce(t.code, t.source, t.usual), case when t.code is not null then 'code'
    when t.source is not null then 'source' when t.usual is not null then 'default' end
  from (values (1, 'completeness'), (2, 'errors'), (3, 'freshness_hours'), (4, 'duplicates'),
    (5, 'geographic_diversity')) c (place, name)
  cross join lateral (select (p_thresholds #>> array['code', c.name])::numeric,
    (p_facts #>> array['quality', c.name])::numeric,
    (p_thresholds #>> array['default', c.name])::numeric) t (code, source, usual)
$$;

-- Whether a measure is within its threshold: completeness and diversity from it on, the others up to it.
create function property_manager.is_within(p_check text, p_value numeric, p_threshold numeric)
returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_check in ('completeness', 'geographic_diversity') then p_value >= p_threshold
    else p_value <= p_threshold end
$$;

-- The catalogue against its thresholds, source by source: the worst one counts and is named, so that many
-- good ones hide no dead one. Out: a row per check; `origin` is where its threshold came from; passed is null
-- where one is not assessed, unless another fails, or has no threshold; next_step is what would assess it.
create function api.quality_checks(p_source text, p_session uuid, p_thresholds jsonb)
returns table (check_name text, value numeric, threshold numeric, origin text, passed boolean,
  explanation text, next_step text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_session is not null and not exists (select from public.scraping_sessions where id = p_session) then
    raise exception 'there is no session %', p_session using errcode = 'PMNOF', hint = 'see list-sessions';
  elsif p_source is not null and not exists (select from public.sources where name = p_source) then
    raise exception 'there is no source "%"', p_source using errcode = 'PMNOF', hint = 'see status';
  end if;
  perform property_manager.refuse_records(f.name, 'of county records see: county check-data')
  from public.sources f
  where f.name = p_source
    or f.id = (select n.source_id from public.scraping_sessions n where n.id = p_session);
  return query
  with sources as materialized (
    select * from property_manager.measured_sources(p_source, p_session)
  ), measured as (
    select t.name, t.threshold, t.origin, m.source, c.value, c.badness, c.what,
      property_manager.is_within(t.name, c.value, t.threshold) as passed
    from sources m
    cross join lateral (values
      ('completeness', m.completeness, -m.completeness,
        format('mean completeness of %s active listings in live, over all %s weighted fields', m.listings, (
          select count(*) from property_manager.listing_fields f where f.weight > 0))),
      ('errors', m.errors, m.errors, case when p_session is null
        then 'share of rows quarantined in the last syncs'
        else 'share of its rows that were quarantined' end),
      ('freshness_hours', m.freshness_hours, m.freshness_hours, 'hours since the last applied sync'),
      ('duplicates', m.duplicates, m.duplicates, format('share of %s active listings that are a further one '
        'of a home (%s pair%s for a person)', m.listings, m.waiting,
        case when m.waiting = 1 then ' waits' else 's wait' end)),
      ('geographic_diversity', m.geographic_diversity, -m.geographic_diversity,
        format('how evenly listings are spread over places (%s), 0 in one to 1', m.places))
    ) c (name, value, badness, what)
    join property_manager.thresholds_of(m.facts, p_thresholds) t using (name)
    where c.value is not null or m.listings > 0
  ), worst as (
    select distinct on (m.name) m.*, count(*) over (partition by m.name) as sources
    from measured m
    where m.value is not null
    order by m.name, m.passed nulls last, m.badness desc, m.source
  ), without as (
    select m.name, string_agg(m.source, ', ' order by m.source) as sources
    from measured m where m.value is null
    group by m.name
  )
  select c.name, w.value, coalesce(w.threshold, c.threshold), coalesce(w.origin, c.origin),
    -- a source that is not assessed may be the worst
    case when o.name is null or not w.passed then w.passed end,
    case when w.name is null then 'not assessed: ' || n.reason
      when w.sources > 1 then format('%s of %s, the worst of %s sources', w.what, w.source, w.sources)
      when o.name is not null then format('%s of %s', w.what, w.source)
      else w.what end || case when w.name is null then '' else coalesce('; not assessed of ' || o.sources, '')
      end,
    case when c.name = 'duplicates' and o.name is not null then 'duplicates find' end
  from property_manager.thresholds_of(
    (select m.facts from sources m where p_source is not null or p_session is not null), p_thresholds) c
  join (values ('completeness', 'there is no active listing'), ('errors', 'nothing was synced yet'),
    ('freshness_hours', 'nothing was synced yet'),
    ('duplicates', 'not all listings were compared with each other'),
    ('geographic_diversity', 'no active listing has a city')) n (name, reason) using (name)
  left join worst w on w.name = c.name
  left join without o on o.name = c.name
  order by c.place;
end
$$;

-- The same measures of each source with its thresholds, those with the most missed thresholds and the least
-- complete first; the weighted fields and the others that no active listing of it has in live; what its last
-- sync could not read.
create function api.quality_sources(p_source text, p_session uuid, p_thresholds jsonb)
returns table (source text, listings bigint, completeness numeric, errors numeric, freshness_hours numeric,
  duplicates numeric, waiting bigint, geographic_diversity numeric, places bigint, session_id uuid,
  quality numeric, scores jsonb, thresholds jsonb, missed jsonb, never_filled jsonb, also_never_filled jsonb,
  unread jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with measured as materialized (
    select * from property_manager.measured_sources(p_source, p_session)
  ), counted as (
    select l.source, /*each compared ", "*/count(l.{name}) as {name}/*end*/
    from public.properties_live l join measured m on m.source = l.source
    where l.status = 'active'
    group by l.source
  ), empty as (
    select c.source,
      jsonb_agg(f.name order by f.bit) filter (where f.weight > 0) as weighted,
      jsonb_agg(f.name order by f.bit) filter (where f.weight = 0) as others
    from counted c
    cross join lateral (values /*each compared ", "*/({bit}, '{name}', c.{name}, {weight}::float8)/*end*/) f (
      bit, name, filled, weight)
    where f.filled = 0
    group by c.source
  )
  select m.source, m.listings, m.completeness, m.errors, m.freshness_hours, m.duplicates, m.waiting,
    m.geographic_diversity, m.places, m.session_id, m.quality, m.scores, k.thresholds, k.missed,
    coalesce(e.weighted, '[]'), coalesce(e.others, '[]'), api.session_unread(m.session_id)
  from measured m
  left join empty e on e.source = m.source
  cross join lateral (
    select jsonb_agg(jsonb_build_object('name', t.name, 'threshold', t.threshold, 'origin', t.origin)
        order by t.place) as thresholds,
      coalesce(jsonb_agg(t.name order by t.place)
        filter (where not property_manager.is_within(t.name, c.value, t.threshold)), '[]') as missed
    from (values ('completeness', m.completeness), ('errors', m.errors),
      ('freshness_hours', m.freshness_hours), ('duplicates', m.duplicates),
      ('geographic_diversity', m.geographic_diversity)) c (name, value)
    join property_manager.thresholds_of(m.facts, p_thresholds) t using (name)
  ) k
  order by jsonb_array_length(k.missed) desc, m.completeness, m.errors desc nulls last, m.source
$$;
