-- Measures what live has of a source at the moment it is asked: what no single session can say.

-- How new the active listings of sources are: those that there are, and those last seen within so many hours.
create function property_manager.listings_seen(p_sources integer[], p_hours integer)
returns table (source_id integer, listings bigint, seen bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with sighted as (
    select f.source_id, k.property_id, max(/*use seen_at k, f*/) as seen_at
    from property_manager.scopes f
    join property_manager.listing_scopes k on k.scope_id = f.id
    where f.source_id = any (p_sources)
    group by f.source_id, k.property_id
  )
  select s.id, count(*), count(*) filter (where g.seen_at >= now() - make_interval(hours => p_hours))
  from public.sources s
  join public.properties_live l on l.source = s.name
  left join sighted g on g.source_id = s.id and g.property_id = l.property_id
  where s.id = any (p_sources) and l.status = 'active'
  group by s.id
$$;

-- The values of active listings beside those that another source states of the same home: of each field how
-- many agree. Prices agree within 1 %, areas within 2 %; a price is compared with one of its operation,
-- currency and period.
create function property_manager.agreeing_values(p_sources integer[])
returns table (source_id integer, field text, agreeing bigint, compared bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  select s.id, v.field, count(*) filter (where abs(v.own - v.other) <= v.within * abs(v.other)), count(*)
  from property_manager.home_listings h
  join property_manager.home_listings o on o.home_id = h.home_id and o.listing_id <> h.listing_id
  join public.properties_live a on a.id = h.listing_id and a.status = 'active'
  join public.properties_live b on b.id = o.listing_id and b.status = 'active'
  join public.sources s on s.name = a.source and s.id = any (p_sources)
  cross join lateral (values
    ('price', case when a.operation_type is not distinct from b.operation_type and a.currency = b.currency
      and a.price_period is not distinct from b.price_period then a.price end, b.price, 0.01),
    ('bedrooms', a.bedrooms, b.bedrooms, 0), ('bathrooms', a.bathrooms, b.bathrooms, 0),
    ('total_area_m2', a.total_area_m2, b.total_area_m2, 0.02),
    ('covered_area_m2', a.covered_area_m2, b.covered_area_m2, 0.02),
    ('lot_size_m2', a.lot_size_m2, b.lot_size_m2, 0.02)) v (field, own, other, within)
  where a.source <> b.source and v.own is not null and v.other is not null
  group by s.id, v.field
$$;

-- The measures of what live has of each source, or one, in the form of those of a session. In: within how
-- many hours a listing is fresh.
create function api.quality_live(p_source text, p_hours integer)
returns table (source text, characteristic text, measure text, field text, numerator bigint,
  denominator bigint, value double precision, reason text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_sources constant integer[] := array(
    select s.id from public.sources s
    where s.name = p_source or (p_source is null and s.merged_into is null));
begin
  if p_source is not null and v_sources = '{}' then
    raise exception 'there is no source "%"', p_source using errcode = 'PMNOF', hint = 'see status';
  end if;
  return query
  with agreeing as (
    select * from property_manager.agreeing_values(v_sources)
  ), measured as (
    select f.id as source_id, m.*
    from public.sources f
    left join property_manager.listings_seen(v_sources, p_hours) n on n.source_id = f.id
    left join api.duplicate_rates(p_source) d on d.source = f.name
    cross join lateral (values
      (1, 'uniqueness', 'homes', null, d.listings - d.further, case when d.is_assessed then d.listings end,
        case when n.listings is null then 'there is no active listing'
          else 'duplicates find has not seen all of it: run duplicates find' end),
      (2, 'freshness', 'listings', null, n.seen, n.listings, 'there is no active listing'),
      (3, 'accuracy', 'agreeing', null, (select sum(a.agreeing) from agreeing a where a.source_id = f.id),
        (select sum(a.compared) from agreeing a where a.source_id = f.id),
        'no home of it is known from another source: run duplicates find')
    ) m (place, characteristic, measure, field, numerator, denominator, reason)
    where f.id = any (v_sources)
    union all
    select a.source_id, 4, 'accuracy', 'agreeing', a.field, a.agreeing, a.compared, null from agreeing a
  )
  select f.name, m.characteristic, m.measure, m.field, k.numerator, k.denominator,
    k.numerator::float8 / k.denominator, case when k.denominator is null then m.reason end
  from measured m
  join public.sources f on f.id = m.source_id
  cross join lateral (
    select case when m.denominator > 0 then m.numerator::bigint end as numerator,
      nullif(m.denominator, 0)::bigint as denominator
  ) k
  order by f.name, m.place, m.field;
end
$$;
