-- A part of the map of parcels: in clusters where there is much, else one by one.

-- What a part of the map shows of the kinds asked for: A, B, C, D, none (without a score), case, auction. Of
-- a cluster: how many of each, its middle and what it lies within. Of what is alone in its cell: what it is,
-- its parcel and title. `more`: only some are in this.
-- In: {"south", "west", "north", "east"} in degrees and "kinds", a list; the level of a cluster's cell, of
-- which the world has 2^level in a row; up to how many are looked at one by one.
create function api.county_map(p_wanted jsonb, p_level integer, p_most integer)
returns table (
  longitude float8, latitude float8, things bigint, counts jsonb, west float8, south float8, east float8,
  north float8, what text, id uuid, parcel uuid, title text, note text, more boolean, counted_at timestamptz
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off as $$
declare
  v_kinds  constant text[] := array(select jsonb_array_elements_text(p_wanted -> 'kinds'));
  v_kept   constant integer := case when p_level <= 11 then 11 else 16 end;
  v_within bigint;
begin
  perform property_manager.recount_county_map();
  v_within := (select sum(c.things) from property_manager.county_cells_within(p_wanted, v_kept) c
    where c.what = any (v_kinds));
  if v_within > p_most and p_level <= 17 then
    return query
    select property_manager.map_longitude(sum(k.x_sum)::float8 / sum(k.things)::float8),
      property_manager.map_latitude(sum(k.y_sum)::float8 / sum(k.things)::float8), sum(k.things)::bigint,
      jsonb_object_agg(k.what, k.things),
      property_manager.map_longitude(min(k.x_from)::float8 * 2 ^ (30 - v_kept)),
      property_manager.map_latitude((max(k.y_upto) + 1)::float8 * 2 ^ (30 - v_kept)),
      property_manager.map_longitude((max(k.x_upto) + 1)::float8 * 2 ^ (30 - v_kept)),
      property_manager.map_latitude(min(k.y_from)::float8 * 2 ^ (30 - v_kept)),
      null::text, null::uuid, null::uuid, null::text, null::text, false,
      (select m.counted_at from property_manager.county_map m)
    from (
      select c.x >> greatest(v_kept - p_level, 0) as x, c.y >> greatest(v_kept - p_level, 0) as y, c.what,
        sum(c.things)::bigint as things, sum(c.x_sum) as x_sum, sum(c.y_sum) as y_sum,
        min(c.x) as x_from, max(c.x) as x_upto, min(c.y) as y_from, max(c.y) as y_upto
      from property_manager.county_cells_within(p_wanted, v_kept) c
      where c.what = any (v_kinds)
      group by 1, 2, 3
    ) k
    group by k.x, k.y;
    return;
  end if;
  return query
  with found as materialized (
    select f.* from property_manager.county_things(p_wanted, v_kinds, p_most + 1) f
  )
  select avg(t.longitude), avg(t.latitude), sum(t.things)::bigint, jsonb_object_agg(t.what, t.things),
    min(t.west), min(t.south), max(t.east), max(t.north),
    case sum(t.things) when 1 then min(t.what) end, case sum(t.things) when 1 then (array_agg(t.id))[1] end,
    case sum(t.things) when 1 then (array_agg(t.parcel))[1] end,
    case sum(t.things) when 1 then min(t.title) end, case sum(t.things) when 1 then min(t.note) end,
    (select count(*) from found) > p_most, null::timestamptz
  from (
    select p.x, p.y, p.what, count(*) as things, avg(p.longitude) as longitude, avg(p.latitude) as latitude,
      min(p.longitude) as west, min(p.latitude) as south, max(p.longitude) as east,
      max(p.latitude) as north, (array_agg(p.id))[1] as id, (array_agg(p.parcel))[1] as parcel,
      min(p.title) as title, min(p.note) as note
    from (
      select f.*, floor((f.longitude + 180) / 360 * 2 ^ p_level) as x,
        floor((0.5 - asinh(tan(radians(f.latitude))) / (2 * pi())) * 2 ^ p_level) as y
      from found f
    ) p
    group by p.x, p.y, p.what
  ) t
  group by t.x, t.y;
end
$$;

-- The kept cells of a level that a part of the map touches.
create function property_manager.county_cells_within(p_wanted jsonb, p_level integer)
returns table (x integer, y integer, what text, things bigint, x_sum bigint, y_sum bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.x, c.y, c.what, c.things, c.x_sum, c.y_sum
  from property_manager.map_bounds(p_wanted) b
  join property_manager.county_cells c on c.level = p_level
    and c.x between b.x_from >> (30 - p_level) and b.x_upto >> (30 - p_level)
    and c.y between b.y_from >> (30 - p_level) and b.y_upto >> (30 - p_level)
$$;

-- What lies in a part of the map, one by one, of these kinds: events first, then leads from the best tier on.
create function property_manager.county_things(p_wanted jsonb, p_kinds text[], p_most integer)
returns table (
  what text, id uuid, parcel uuid, longitude float8, latitude float8, title text, note text
)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off as $$
  with sides as (
    select (p_wanted ->> 'south')::float8 as south, (p_wanted ->> 'west')::float8 as west,
      (p_wanted ->> 'north')::float8 as north, (p_wanted ->> 'east')::float8 as east
  ), boxes as (
    select box(point(s.west, s.south), point(case when s.west <= s.east then s.east else 180 end, s.north))
      as area
    from sides s
    union all
    select box(point(-180, s.south), point(s.east, s.north)) from sides s where s.west > s.east
  )
  select f.what, f.id, f.parcel, f.longitude, f.latitude, f.title, f.note
  from (
    select e.what, e.id, e.parcel, e.longitude::float8, e.latitude::float8, e.title, e.day::text as note,
      '' as tier
    from property_manager.county_events e
    join boxes b on /*use place_of e*/ <@ b.area
    where e.what = any (p_kinds)
    union all
    select coalesce(s.tier, 'none'), p.id, p.id, p.longitude::float8, p.latitude::float8,
      coalesce(nullif(concat_ws(' ', p.address, p.unit), ''), p.parcel_id, p.parcel_id_normalized),
      s.total::text, coalesce(s.tier, 'none')
    from boxes b
    cross join lateral (
      select n.* from county.properties n where /*use place_of n*/ <@ b.area and n.is_active offset 0
    ) p
    left join lateral (select l.* from county.lead_scores l where l.property_id = p.id offset 0) s on true
    where p_kinds && '{A,B,C,D,none}' and coalesce(s.tier, 'none') = any (p_kinds)
  ) f
  order by f.tier, f.what, f.id
  limit p_most
$$;
