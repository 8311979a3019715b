-- A part of the map: its listings one by one where they are few, else in clusters, a cell of the map each.

-- The bounds of a part of the map in 2^30ths of the world, from the west and the north: two rows where it
-- lies across the 180th meridian.
create function property_manager.map_bounds(p_wanted jsonb)
returns table (x_from integer, x_upto integer, y_from integer, y_upto integer)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select least(floor((b.west + 180) / 360 * 1073741824), 1073741823)::integer,
    least(floor((b.east + 180) / 360 * 1073741824), 1073741823)::integer,
    least(greatest(floor((0.5 - asinh(tan(radians(b.north))) / (2 * pi())) * 1073741824), 0),
      1073741823)::integer,
    least(greatest(floor((0.5 - asinh(tan(radians(b.south))) / (2 * pi())) * 1073741824), 0),
      1073741823)::integer
  from (
    select (p_wanted ->> 'south')::float8 as south, (p_wanted ->> 'north')::float8 as north,
      unnest(case when w.west <= w.east then array[w.west] else array[w.west, -180] end) as west,
      unnest(case when w.west <= w.east then array[w.east] else array[180, w.east] end) as east
    from (select (p_wanted ->> 'west')::float8 as west, (p_wanted ->> 'east')::float8 as east) w
  ) b
$$;

-- A place in 2^30ths of the world as a longitude.
create function property_manager.map_longitude(p_x float8) returns float8
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_x / 1073741824 * 360 - 180
$$;

-- And as a latitude.
create function property_manager.map_latitude(p_y float8) returns float8
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select degrees(atan(sinh((0.5 - p_y / 1073741824) * 2 * pi())))
$$;

-- The kept cells of a level that a part of the map touches, of one source or of all.
create function property_manager.cells_within(p_wanted jsonb, p_level integer)
returns table (x integer, y integer, listings bigint, x_sum bigint, y_sum bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.x, c.y, c.listings, c.x_sum, c.y_sum
  from property_manager.map_bounds(p_wanted) b
  join property_manager.map_cells c on c.level = p_level
    and c.x between b.x_from >> (30 - p_level) and b.x_upto >> (30 - p_level)
    and c.y between b.y_from >> (30 - p_level) and b.y_upto >> (30 - p_level)
  where not p_wanted ? 'source'
    or c.source_id = (select f.id from public.sources f where f.name = p_wanted ->> 'source')
$$;

-- The conditions of a search with a part of the map. Where the part has many listings no index finds it, as
-- one would read them all: the planner believes that any part has few.
create function property_manager.part_conditions(p_wanted jsonb, p_many boolean) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when not p_many then property_manager.wanted_conditions(p_wanted)
      || ' and not (l.latitude = 0 and l.longitude = 0)'
    else format('%s and l.latitude + 0 between %L and %L and case when %L::numeric <= %L'
      ' then l.longitude between %4$L and %5$L else l.longitude >= %4$L or l.longitude <= %5$L end'
      ' and not (l.latitude = 0 and l.longitude = 0)',
      property_manager.wanted_conditions(p_wanted - '{south,west,north,east}'::text[]),
      p_wanted ->> 'south', p_wanted ->> 'north', p_wanted ->> 'west', p_wanted ->> 'east') end
$$;

-- What a part of the map shows: of clusters how many listings, their middle and what they lie within; of a
-- listing that is alone in its cell, the listing. `more`: only some of the listings are in this.
-- A part of the map with many listings of the whole market is read off map_cells: no listing is looked at.
-- In: the search, with the four sides; the level of a cluster's cell, of which the world has 2^level in a
-- row; up to how many listings are looked at.
create function api.map_clusters(p_wanted jsonb, p_level integer, p_most integer)
returns table (
  longitude float8, latitude float8, listings bigint, west float8, south float8, east float8, north float8,
  listing_id uuid, title text, price numeric, currency text, price_period text, more boolean
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  c_many   constant integer := 20000;
  v_wanted constant jsonb := property_manager.with_place(p_wanted);
  -- up to which level cells are shown; nearer, listings are
  c_coarse constant integer := 16;
  -- the coarsest level that is kept and no coarser than the cells asked for
  v_kept   constant integer := coalesce((
    select min(k.level) from (values (5), (8), (11), (14)) k (level) where k.level >= p_level), 14);
  v_within bigint := 0;
  v_ids    uuid[];
begin
  perform property_manager.require_wanted(v_wanted);
  if p_level <= c_coarse then
    v_within := (select sum(c.listings) from property_manager.cells_within(v_wanted, v_kept) c);
  end if;
  if v_within > p_most and v_wanted ->> 'status' = 'active'
    and v_wanted - '{status,sort,source,south,west,north,east}'::text[] = '{}' then
    return query
    select property_manager.map_longitude(k.x_sum / k.listings),
      property_manager.map_latitude(k.y_sum / k.listings), k.listings::bigint,
      property_manager.map_longitude(k.x_from::float8 * 2 ^ (30 - v_kept)),
      property_manager.map_latitude((k.y_upto + 1)::float8 * 2 ^ (30 - v_kept)),
      property_manager.map_longitude((k.x_upto + 1)::float8 * 2 ^ (30 - v_kept)),
      property_manager.map_latitude(k.y_from::float8 * 2 ^ (30 - v_kept)),
      null::uuid, null::text, null::numeric, null::text, null::text, false
    from (
      select sum(c.listings) as listings, sum(c.x_sum) as x_sum, sum(c.y_sum) as y_sum,
        min(c.x) as x_from, max(c.x) as x_upto, min(c.y) as y_from, max(c.y) as y_upto
      from property_manager.cells_within(v_wanted, v_kept) c
      group by c.x >> greatest(v_kept - p_level, 0), c.y >> greatest(v_kept - p_level, 0)
    ) k;
    return;
  end if;
  v_ids := property_manager.some_ids(
    property_manager.part_conditions(v_wanted, v_within > c_many), p_most + 1);
  return query
  select avg(p.longitude), avg(p.latitude), count(*), min(p.longitude), min(p.latitude), max(p.longitude),
    max(p.latitude), case count(*) when 1 then (array_agg(p.id))[1] end,
    case count(*) when 1 then min(p.title) end, case count(*) when 1 then min(p.price) end,
    case count(*) when 1 then min(p.currency) end, case count(*) when 1 then min(p.price_period) end,
    cardinality(v_ids) > p_most
  from (
    select l.id, l.longitude::float8 as longitude, l.latitude::float8 as latitude,
      left(l.title, 100) as title, l.price, l.currency, l.price_period,
      floor((l.longitude::float8 + 180) / 360 * 2 ^ p_level) as x,
      floor((0.5 - asinh(tan(radians(l.latitude::float8))) / (2 * pi())) * 2 ^ p_level) as y
    from unnest(v_ids) w (id)
    cross join lateral (select * from public.properties_live n where n.id = w.id offset 0) l
  ) p
  group by p.x, p.y;
end
$$;
