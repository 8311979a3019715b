-- What is on the market and where, counted by what changes rather than by reading the catalogue.

-- Counts a source anew: reads all of its listings.
create function property_manager.recount_market(p_source public.sources) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from property_manager.market_counts where source_id = p_source.id;
  insert into property_manager.market_counts
    (source_id, level, city, property_type, operation_type, currency, listings, priced, price_sum)
  /*use market_rows p_source.id, select * from property_manager.market_of(p_source.name)*/;
  delete from property_manager.map_cells where source_id = p_source.id;
  insert into property_manager.map_cells (level, x, y, source_id, listings, x_sum, y_sum)
  /*use map_rows p_source.id, select * from property_manager.market_of(p_source.name)*/;
end
$$;

-- The listings of a source that are on the market, as moves.
create function property_manager.market_of(p_source text) returns table (
  sign integer, city text, property_type text, operation_type text, currency text, price numeric,
  latitude numeric, longitude numeric
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 1, l.city, l.property_type, l.operation_type, l.currency, l.price, l.latitude, l.longitude
  from public.properties_live l
  where l.source = p_source and l.status = 'active'
$$;

-- How many listings of a source are on the market, by its counts.
create function property_manager.active_of(p_source integer) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(sum(m.listings), 0)::bigint from property_manager.market_counts m
  where m.source_id = p_source and m.level = 'kind'
$$;

-- The same by name, where the counts are wrong, which doctor says; no sync of the source may run.
create function api.recount_market(p_source text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source constant public.sources := property_manager.lock_source(p_source);
  v_before constant bigint := property_manager.active_of(v_source.id);
begin
  perform property_manager.recount_market(v_source);
  update property_manager.feed
  set revision = revision + 1, active = active + property_manager.active_of(v_source.id) - v_before;
end
$$;

-- What a change set moved on the market: what each listing is now, and what it was. Costs the changes of
-- the set.
create function property_manager.market_moves(p_set bigint) returns table (
  sign integer, city text, property_type text, operation_type text, currency text, price numeric,
  latitude numeric, longitude numeric
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with changed as materialized (
    select c.source, c.property_id, bool_or(c.field_name is null) as came,
      coalesce(jsonb_object_agg(c.field_name, c.old_value) filter (where c.field_name is not null), '{}')
        as was
    from (
      -- found by the change set alone, not along the order of the groups
      select * from public.property_changes where change_set_id = p_set offset 0
    ) c
    where c.field_name is null
      or c.field_name in ('status', 'city', 'property_type', 'operation_type', 'currency', 'price',
        'latitude', 'longitude')
    group by c.source, c.property_id
  ), known as materialized (
    select l.*, c.came, c.was
    from changed c
    cross join lateral (
      select n.status, n.city, n.property_type, n.operation_type, n.currency, n.price, n.latitude,
        n.longitude
      from public.properties_live n where n.source = c.source and n.property_id = c.property_id offset 0
    ) l
  )
  select 1, k.city, k.property_type, k.operation_type, k.currency, k.price, k.latitude, k.longitude
  from known k where k.status = 'active'
  union all
  select -1,
    case when k.was ? 'city' then k.was ->> 'city' else k.city end,
    case when k.was ? 'property_type' then k.was ->> 'property_type' else k.property_type end,
    case when k.was ? 'operation_type' then k.was ->> 'operation_type' else k.operation_type end,
    case when k.was ? 'currency' then k.was ->> 'currency' else k.currency end,
    case when k.was ? 'price' then (k.was ->> 'price')::numeric else k.price end,
    case when k.was ? 'latitude' then (k.was ->> 'latitude')::numeric else k.latitude end,
    case when k.was ? 'longitude' then (k.was ->> 'longitude')::numeric else k.longitude end
  from known k
  where not k.came and case when k.was ? 'status' then k.was ->> 'status' else k.status end = 'active'
$$;

-- Takes a change set into the counts, before it is published. A source is counted anew where the audit
-- does not say what the set changed: what is volatile changes without it, and an erasure overwrites it.
create function property_manager.count_market(p_set bigint, p_source public.sources, p_origin text)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  if p_origin = 'erase' or p_source.facts -> 'volatile'
      ?| '{city,property_type,operation_type,currency,price,latitude,longitude}' then
    perform property_manager.recount_market(p_source);
    return;
  end if;
  with moves as materialized (
    select * from property_manager.market_moves(p_set)
  ), counted as (
    insert into property_manager.market_counts as c
      (source_id, level, city, property_type, operation_type, currency, listings, priced, price_sum)
    /*use market_rows p_source.id, select * from moves*/
    on conflict (source_id, level, city, property_type, operation_type, currency) do update
      set listings = c.listings + excluded.listings, priced = c.priced + excluded.priced,
        price_sum = c.price_sum + excluded.price_sum
  )
  insert into property_manager.map_cells as c (level, x, y, source_id, listings, x_sum, y_sum)
  /*use map_rows p_source.id, select * from moves*/
  on conflict (level, x, y, source_id) do update
    set listings = c.listings + excluded.listings, x_sum = c.x_sum + excluded.x_sum,
      y_sum = c.y_sum + excluded.y_sum;
  delete from property_manager.market_counts where source_id = p_source.id and listings = 0;
  delete from property_manager.map_cells where source_id = p_source.id and listings = 0;
end
$$;

-- Where the counts of the map are not what counting gives: source and cell. For doctor.
create function property_manager.miscounted_maps() returns table (source text, detail text)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  select f.name, format('cell %s/%s/%s of the map: %s listings are kept, %s are there', level, x, y,
    coalesce(c.listings, 0), coalesce(t.listings, 0))
  from property_manager.map_cells c
  full join (
    select r.*
    from public.sources f
    cross join lateral (
      /*use map_rows f.id, select * from property_manager.market_of(f.name)*/
    ) r (level, x, y, source_id, listings, x_sum, y_sum)
  ) t using (source_id, level, x, y)
  join public.sources f on f.id = source_id
  where (c.listings, c.x_sum, c.y_sum) is distinct from (t.listings, t.x_sum, t.y_sum)
$$;

-- Where the counts are not what counting gives: source, level and place. For doctor.
create function property_manager.miscounted_markets() returns table (source text, detail text)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  select f.name, format('%s "%s": %s listings are kept, %s are there', coalesce(c.level, t.level),
    concat_ws(', ', coalesce(c.city, t.city), coalesce(c.property_type, t.property_type)),
    coalesce(c.listings, 0), coalesce(t.listings, 0))
  from property_manager.market_counts c
  full join (
    select f.id as source_id, r.*
    from public.sources f
    cross join lateral (
      /*use market_rows f.id, select * from property_manager.market_of(f.name)*/
    ) r (id, level, city, property_type, operation_type, currency, listings, priced, price_sum)
  ) t using (source_id, level, city, property_type, operation_type, currency)
  join public.sources f on f.id = source_id
  where (c.listings, c.priced, c.price_sum) is distinct from (t.listings, t.priced, t.price_sum)
$$;

-- How many listings of a kind are on the market; the average is over those that state a price.
create type public.market_figures as (
  property_type text, operation_type text, currency text, listings bigint, priced bigint,
  average_price numeric
);

-- How many listings are on the market, by kind: of a city, however it is written, or of all of them.
create function public.market_statistics(city text default null, property_type text default null,
  operation_type text default null, currency text default null) returns setof public.market_figures
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if property_manager.is_answered('market_statistics') then
    return;
  end if;
  return query
  select nullif(m.property_type, ''), nullif(m.operation_type, ''), nullif(m.currency, ''),
    sum(m.listings)::bigint, sum(m.priced)::bigint,
    round(sum(m.price_sum) / nullif(sum(m.priced), 0), 2)
  from property_manager.market_counts m
  where case when market_statistics.city is null then m.level = 'kind'
      else m.level = 'city and kind'
        and /*use place_key m.city*/ = /*use place_key market_statistics.city*/ end
    and (market_statistics.property_type is null or m.property_type = market_statistics.property_type)
    and (market_statistics.operation_type is null or m.operation_type = market_statistics.operation_type)
    and (market_statistics.currency is null or m.currency = market_statistics.currency)
  group by m.property_type, m.operation_type, m.currency
  order by sum(m.listings) desc, 1, 2, 3
  limit 1000;
end
$$;
grant execute on function public.market_statistics to anon, authenticated, service_role;

-- A city and how many of its listings are on the market.
create type public.city_count as (city text, listings bigint);

-- The cities with the most listings on the market, at most so many.
create function public.listings_by_city(page_size integer default 100) returns setof public.city_count
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_page_size(page_size);
  if property_manager.is_answered('listings_by_city') then
    return;
  end if;
  return query
  select m.city, sum(m.listings)::bigint
  from property_manager.market_counts m
  where m.level = 'city' and m.city <> ''
  group by m.city
  order by 2 desc, 1
  limit page_size;
end
$$;
grant execute on function public.listings_by_city to anon, authenticated, service_role;
