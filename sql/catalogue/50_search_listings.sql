-- Listings as front ends look for them. Each function runs as its owner, so that row-level security, whose
-- conditions keep indexes from what is not leakproof, is not in the way, and shows what its caller may see.

-- The condition that a listing has the words, in the language of its source.
create function property_manager.words_condition(p_words text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if length(p_words) > 200 then
    raise exception 'words has % characters, and at most 200 are searched for', length(p_words)
      using errcode = 'PMUSE';
  end if;
  return (
    with asked as materialized (
      select property_manager.search_query(f.language::regconfig, p_words)::text as query, f.sources
      from (select language, array_agg(name) as sources from public.sources group by language) f
    ), known as (
      select a.query, array_agg(s.name) as sources, count(*) over () as queries
      from asked a cross join lateral unnest(a.sources) s (name)
      group by a.query
    )
    -- the source first: it costs less than to unpack a vector; by no index, as it has many listings
    select coalesce(format('(%s)', string_agg(case when k.queries > 1
        then format('l.source || '''' = any (%L) and ', k.sources) else '' end
      || format('l.search_vector @@ %L::tsquery', k.query), ' or ')), 'false')
    from known k);
end
$$;

-- The condition that a column of a listing names a place, whatever the case and accents of both.
create function property_manager.place_condition(p_column text, p_name text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format($sql$/*use place_key %1$s*/ = %2$L$sql$, p_column, /*use place_key p_name*/)
$$;

-- The condition that a listing is in a neighbourhood. Its words are in the search vector, which has an
-- index.
create function property_manager.neighborhood_condition(p_name text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select property_manager.place_condition('l.neighborhood', p_name)
    || coalesce((
      select format(' and (%s)', string_agg(format('l.search_vector @@ %L::tsquery', q.query), ' or '))
      from (
        select distinct plainto_tsquery(f.language::regconfig, k.key) as query from public.sources f
      ) q
      where length(k.key) < 100
      having bool_and(numnode(q.query) > 0)), '')
  from (select /*use place_key p_name*/ as key) k
$$;

-- The part of the map of a search, as boxes of (longitude, latitude); two where it lies across the 180th
-- meridian.
create function property_manager.map_condition(p_wanted jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('(%s)', string_agg(format('point(l.longitude::float8, l.latitude::float8) <@ %L::box '
    'and l.latitude between %L and %L and l.longitude between %L and %L',
    format('((%s,%s),(%s,%s))', b.west, b.south, b.east, b.north), b.south, b.north, b.west, b.east), ' or '))
  from (
    select (p_wanted ->> 'south')::numeric as south, (p_wanted ->> 'north')::numeric as north,
      unnest(case when w.west <= w.east then array[w.west] else array[w.west, -180] end) as west,
      unnest(case when w.west <= w.east then array[w.east] else array[180, w.east] end) as east
    from (select (p_wanted ->> 'west')::numeric as west, (p_wanted ->> 'east')::numeric as east) w
  ) b
$$;

-- The conditions of a search, each on a listing l, but for those that the index of its order begins with;
-- null where there is none.
create function property_manager.search_conditions(p_wanted jsonb) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array_agg(case c.key
      when 'words' then property_manager.words_condition(p_wanted ->> 'words')
      when 'neighborhood' then property_manager.neighborhood_condition(p_wanted ->> 'neighborhood')
      when 'property_type' then property_manager.place_condition('l.property_type',
        p_wanted ->> 'property_type')
      when 'south' then property_manager.map_condition(p_wanted)
      else format(c.condition, p_wanted ->> c.key) end)
  from (values
    ('words', null),
    ('neighborhood', null),
    ('south', null),
    ('source', 'l.source = %L'),
    ('property_type', null),
    ('operation_type', 'l.operation_type = lower(%L)'),
    ('bedrooms_min', 'l.bedrooms >= %L::integer'),
    ('bathrooms_min', 'l.bathrooms >= %L::integer'),
    ('area_min', 'coalesce(l.covered_area_m2, l.total_area_m2) >= %L::numeric'),
    ('price_min', 'l.price >= %L::numeric and l.price < ''NaN'''),
    ('price_max', 'l.price <= %L::numeric')
  ) c (key, condition)
  where p_wanted ? c.key
    and not (p_wanted ->> 'sort' <> 'newest' and c.key in ('price_min', 'price_max'))
$$;

-- Refuses a search that has no right answer.
create function property_manager.require_search(p_wanted jsonb) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_by_price constant boolean := p_wanted ->> 'sort' in ('cheapest', 'dearest');
  v_sides    constant integer := num_nonnulls(p_wanted -> 'south', p_wanted -> 'west', p_wanted -> 'north',
    p_wanted -> 'east');
begin
  if coalesce(p_wanted ->> 'sort', '') not in ('newest', 'cheapest', 'dearest') then
    raise exception 'sort is %, not newest, cheapest or dearest', coalesce(p_wanted ->> 'sort', 'null')
      using errcode = 'PMUSE';
  elsif not p_wanted ? 'currency' and (v_by_price or p_wanted ?| '{price_min,price_max}') then
    raise exception 'prices of different currencies are not compared'
      using errcode = 'PMUSE', hint = 'give a currency, such as MXN';
  elsif v_sides not in (0, 4) then
    raise exception 'a part of the map has four sides: south, west, north and east' using errcode = 'PMUSE';
  elsif coalesce(p_wanted ->> 'status', '') not in ('active', 'inactive', 'removed') then
    raise exception 'status is %, not active, inactive or removed', coalesce(p_wanted ->> 'status', 'null')
      using errcode = 'PMUSE';
  elsif p_wanted ->> 'status' <> 'active'
    and not property_manager.sees_all(property_manager.caller()) then
    raise exception 'visitors see listings that are active'
      using errcode = 'insufficient_privilege', hint = 'sign in to see others';
  end if;
end
$$;

-- What the index that a search walks begins with: what is fixed in it, and where the page before has ended.
create function property_manager.search_start(p_wanted jsonb, p_after text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select concat_ws(' and ', format('l.status = %L', p_wanted ->> 'status'),
    case when p_wanted ? 'city' then property_manager.place_condition('l.city', p_wanted ->> 'city') end,
    case when p_wanted ? 'currency' then format('left(l.currency, 3) = left(%L, 3) and l.currency = %1$L',
      upper(p_wanted ->> 'currency')) end,
    case when p_wanted ->> 'sort' <> 'newest' then 'l.price < ''NaN''' end,
    case when p_wanted ->> 'sort' <> 'newest' and p_wanted ? 'price_min'
      then format('l.price >= %L::numeric', p_wanted ->> 'price_min') end,
    case when p_wanted ->> 'sort' <> 'newest' and p_wanted ? 'price_max'
      then format('l.price <= %L::numeric', p_wanted ->> 'price_max') end,
    case when p_after is not null then format(case p_wanted ->> 'sort'
        when 'newest' then '(l.first_seen_at, l.id) < (%L::timestamptz, %L::uuid)'
        when 'cheapest' then '(l.price, l.id) > (%L::numeric, %L::uuid)'
        else '(l.price, l.id) < (%L::numeric, %L::uuid)' end,
      p_after[1], p_after[2]) end)
$$;

-- The order of a search's pages.
create function property_manager.search_order(p_sort text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case p_sort when 'newest' then 'l.first_seen_at desc, l.id desc'
    when 'cheapest' then 'l.price, l.id' else 'l.price desc, l.id desc' end
$$;

-- The first listings in an order, of those that it begins with, that meet the other conditions: of p_walk
-- that are tried one after the other.
create function property_manager.walk_ids(p_fixed text, p_others text, p_order text, p_rows integer,
  p_walk integer) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  v_ids uuid[];
begin
  execute format('select array(select l.id from (
      select * from public.properties_live l where %s order by %s limit %s) l where %s limit %s)',
    p_fixed, p_order, p_walk, p_others, p_rows) into v_ids;
  return v_ids;
end
$$;

-- Whether an order has no more listings than so many, of those that it begins with.
create function property_manager.ends_within(p_fixed text, p_order text, p_rows integer) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  v_ends boolean;
begin
  execute format('select not exists (select from public.properties_live l where %s order by %s
    offset %s limit 1)', p_fixed, p_order, p_rows) into v_ends;
  return v_ends;
end
$$;

-- The first listings in an order that meet all conditions, found by the indexes of these and sorted.
create function property_manager.sort_ids(p_conditions text, p_order text, p_rows integer) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  v_ids uuid[];
begin
  -- offset: else the planner may walk the order for all of it
  execute format('select array(select l.id from (
      select l.id, l.first_seen_at, l.price from public.properties_live l where %s offset 0) l
    order by %s limit %s)', p_conditions, p_order, p_rows) into v_ids;
  return v_ids;
end
$$;

-- Listings that meet conditions, at most so many, in no order.
create function property_manager.some_ids(p_conditions text, p_most integer) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  v_ids uuid[] := '{}'::uuid[];
  v_id  uuid;
begin
  -- a loop that ends early: with a limit the planner could read everything for the few
  for v_id in execute format('select l.id from public.properties_live l where %s', p_conditions) loop
    v_ids := v_ids || v_id;
    exit when cardinality(v_ids) >= p_most;
  end loop;
  return v_ids;
end
$$;

-- All listings that meet all conditions; null where these are more than p_most.
create function property_manager.few_ids(p_conditions text, p_most integer) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when cardinality(s.ids) <= p_most then s.ids end
  from property_manager.some_ids(p_conditions, p_most + 1) s (ids)
$$;

-- The ids of a page: the first listings in an order that meet the conditions. Those that many meet are
-- tried along the order, where a page is soon full; what few meet is found by indexes of its own, and
-- sorted; in between, by both, among the next listings of the order. A sample says which: the planner's
-- guess is wrong where conditions depend on each other or on how old a listing is, and then it reads the
-- whole catalogue.
-- In: p_fixed, what the index of the order begins with; p_conditions, the others, or null; p_sort;
-- p_rows.
create function property_manager.page_ids(p_fixed text, p_conditions text[], p_sort text, p_rows integer)
returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  c_sample constant integer := 200;
  c_walk   constant integer := 3000;
  c_few    constant integer := 500;
  c_next   constant integer := 10000;
  v_others constant text := coalesce(array_to_string(p_conditions, ' and '), 'true');
  v_all    constant text := concat_ws(' and ', p_fixed, v_others);
  v_order  constant text := property_manager.search_order(p_sort);
  v_ids    uuid[] := property_manager.walk_ids(p_fixed, v_others, v_order, p_rows,
    case when p_conditions is null then p_rows else c_sample end);
  v_met    constant integer := cardinality(v_ids);
  v_upto   text;
begin
  if v_met = p_rows or p_conditions is null
    or property_manager.ends_within(p_fixed, v_order, c_sample) then
    return v_ids;
  end if;
  if v_met * c_walk >= p_rows * c_sample then
    v_ids := property_manager.walk_ids(p_fixed, v_others, v_order, p_rows, c_walk);
    if cardinality(v_ids) = p_rows or property_manager.ends_within(p_fixed, v_order, c_walk) then
      return v_ids;
    end if;
  end if;
  if v_met = 0 then
    v_ids := property_manager.few_ids(v_all, c_few);
    if v_ids is not null then
      return property_manager.sort_ids(format('l.id = any (%L)', v_ids), v_order, p_rows);
    end if;
  end if;
  execute format('select format(%L, %s) from public.properties_live l where %s order by %s offset %s limit 1',
    case p_sort when 'newest' then 'l.first_seen_at >= %L' when 'cheapest' then 'l.price <= %L'
      else 'l.price >= %L' end,
    case p_sort when 'newest' then 'l.first_seen_at' else 'l.price' end, p_fixed, v_order, c_next)
  into v_upto;
  if v_upto is not null then
    v_ids := property_manager.sort_ids(concat_ws(' and ', v_all, v_upto), v_order, p_rows);
    if cardinality(v_ids) = p_rows then
      return v_ids;
    end if;
  end if;
  return property_manager.sort_ids(v_all, v_order, p_rows);
end
$$;

-- The listings that meet every condition, a page at a time; one that is null is none.
-- words: as on the web ("a phrase", or, -not), in title, description and place, in the language of each
-- source, with or without accents and in either number. city, neighborhood, property_type: whatever their
-- case and accents. price_min, price_max and the orders by price need a currency. south … east: a part of
-- the map, in degrees; across the 180th meridian west is greater than east. status: visitors see what is
-- active.
-- sort: newest | cheapest | dearest; the last two show listings that state a price. after: the cursor of
-- the last row of the page before; a page of fewer rows than page_size is the last.
create function public.search_listings(
  words text default null, city text default null, neighborhood text default null,
  property_type text default null, operation_type text default null, currency text default null,
  price_min numeric default null, price_max numeric default null, bedrooms_min integer default null,
  bathrooms_min integer default null, area_min numeric default null, source text default null,
  south numeric default null, west numeric default null, north numeric default null,
  east numeric default null, status text default 'active', sort text default 'newest',
  page_size integer default 20, after text default null
) returns setof public.listing_card
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_wanted constant jsonb := jsonb_strip_nulls(jsonb_build_object('words', words, 'city', city,
    'neighborhood', neighborhood, 'property_type', property_type, 'operation_type', operation_type,
    'currency', currency, 'price_min', price_min, 'price_max', price_max, 'bedrooms_min', bedrooms_min,
    'bathrooms_min', bathrooms_min, 'area_min', area_min, 'source', source, 'south', south, 'west', west,
    'north', north, 'east', east, 'status', status, 'sort', sort));
  v_after  constant text[] := property_manager.cursor_values(after, sort, 2);
begin
  perform property_manager.require_page_size(page_size);
  perform property_manager.require_search(v_wanted);
  if property_manager.is_answered('search_listings') then
    return;
  end if;
  return query
  select /*use listing_card l, property_manager.last_seen(l.source, l.property_id),
    property_manager.cursor_of(sort, case sort when 'newest'
      then property_manager.exact_moment(l.first_seen_at) else l.price::text end, l.id::text)*/
  from unnest(property_manager.page_ids(property_manager.search_start(v_wanted, v_after),
    property_manager.search_conditions(v_wanted), sort, page_size))
    with ordinality p (id, place)
  join public.properties_live l on l.id = p.id
  order by p.place;
end
$$;
grant execute on function public.search_listings to anon, authenticated, service_role;
