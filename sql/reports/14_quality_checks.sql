-- The live catalogue against its thresholds, source by source. What is not assessed is reported as such.

-- Every source, or one, measured: completeness of its active listings in live over all weighted fields, the
-- share of rows that its last five syncs quarantined, the hours since the last, and the score of that one.
-- With a session: of its source, by its sync alone. What cannot be measured is null.
create function property_manager.measured_sources(p_source text, p_session uuid)
returns table (source text, listings bigint, completeness numeric, errors numeric, freshness_hours numeric,
  session_id uuid, quality numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with chosen as (
    select f.id, f.name from public.sources f
    where (f.name = p_source or p_source is null and (f.merged_into is null or p_session is not null))
      and (p_session is null
        or f.id = (select s.source_id from public.scraping_sessions s where s.id = p_session))
  ), live as (
    select l.source, count(*) as listings, avg(l.data_completeness_score) as completeness
    from public.properties_live l join chosen f on f.name = l.source
    where l.status = 'active'
    group by l.source
  ), synced as (
    select f.id, m.quarantined_properties as quarantined, m.total_scraped - m.superseded_rows as rows,
      m.completed_at, m.session_id, m.data_quality_score,
      row_number() over (partition by f.id order by m.completed_at desc) as nth
    from public.sync_metadata m
    join public.scraping_sessions s on s.id = m.session_id
    join chosen f on f.id = s.source_id
    where m.sync_status = 'completed' and (p_session is null or m.session_id = p_session)
  ), last as (
    select y.id, sum(y.quarantined)::numeric / nullif(sum(y.rows), 0) as errors
    from synced y where y.nth <= 5
    group by y.id
  )
  select f.name, coalesce(l.listings, 0), round(l.completeness, 3), round(e.errors, 3),
    round(extract(epoch from now() - y.completed_at) / 3600, 1), y.session_id, y.data_quality_score
  from chosen f
  left join live l on l.source = f.name
  left join last e on e.id = f.id
  left join synced y on y.id = f.id and y.nth = 1
$$;

-- Whether a measure is within its threshold: completeness from it on, the others up to it.
create function property_manager.is_within(p_check text, p_value numeric, p_thresholds jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_check = 'completeness' then p_value >= (p_thresholds ->> p_check)::numeric
    else p_value <= (p_thresholds ->> p_check)::numeric end
$$;

-- The catalogue against its thresholds, source by source: the worst one counts and is named, so that many
-- good ones hide no dead one. Out: a row per check; passed is null where it is not assessed.
create function api.quality_checks(p_source text, p_session uuid, p_thresholds jsonb)
returns table (check_name text, value numeric, threshold numeric, passed boolean, explanation text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_session is not null and not exists (select from public.scraping_sessions where id = p_session) then
    raise exception 'there is no session %', p_session using errcode = 'PMNOF', hint = 'see list-sessions';
  elsif p_source is not null and not exists (select from public.sources where name = p_source) then
    raise exception 'there is no source "%"', p_source using errcode = 'PMNOF', hint = 'see status';
  end if;
  return query
  with measured as (
    select c.name, m.source, c.value, c.badness, c.what
    from property_manager.measured_sources(p_source, p_session) m
    cross join lateral (values
      ('completeness', m.completeness, -m.completeness,
        format('mean completeness of %s active listings in live, over all %s weighted fields', m.listings, (
          select count(*) from property_manager.listing_fields f where f.weight > 0))),
      ('errors', m.errors, m.errors, case when p_session is null
        then 'share of rows quarantined in the last syncs'
        else 'share of its rows that were quarantined' end),
      ('freshness_hours', m.freshness_hours, m.freshness_hours, 'hours since the last applied sync')
    ) c (name, value, badness, what)
    where c.value is not null
  ), worst as (
    select distinct on (m.name) m.*, count(*) over (partition by m.name) as sources
    from measured m
    order by m.name, m.badness desc, m.source
  )
  select c.name, w.value, (p_thresholds ->> c.name)::numeric,
    property_manager.is_within(c.name, w.value, p_thresholds),
    case when w.name is null then 'not assessed' || c.reason
      when w.sources > 1 then format('%s of %s, the worst of %s sources', w.what, w.source, w.sources)
      else w.what end
  from (values
    (1, 'completeness', ': there is no active listing'), (2, 'errors', ': nothing was synced yet'),
    (3, 'freshness_hours', ': nothing was synced yet'), (4, 'duplicates', ' yet'),
    (5, 'geographic_diversity', ' yet')
  ) c (place, name, reason)
  left join worst w on w.name = c.name
  order by c.place;
end
$$;

-- The same measures of each source, those with the most missed thresholds and the least complete first; the
-- weighted fields and the others that no active listing of it has in live; what its last sync could not read.
create function api.quality_sources(p_source text, p_session uuid, p_thresholds jsonb)
returns table (source text, listings bigint, completeness numeric, errors numeric, freshness_hours numeric,
  session_id uuid, quality numeric, missed jsonb, never_filled jsonb, also_never_filled jsonb, unread jsonb)
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
  select m.source, m.listings, m.completeness, m.errors, m.freshness_hours, m.session_id, m.quality, k.missed,
    coalesce(e.weighted, '[]'), coalesce(e.others, '[]'), api.session_unread(m.session_id)
  from measured m
  left join empty e on e.source = m.source
  cross join lateral (
    select coalesce(jsonb_agg(c.name order by c.place), '[]') as missed
    from (values (1, 'completeness', m.completeness), (2, 'errors', m.errors),
      (3, 'freshness_hours', m.freshness_hours)) c (place, name, value)
    where not property_manager.is_within(c.name, c.value, p_thresholds)
  ) k
  order by jsonb_array_length(k.missed) desc, m.completeness, m.errors desc nulls last, m.source
$$;
