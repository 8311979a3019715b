-- Where the rows of a session are, beside where their source usually is.

-- The region in which the active listings of a source are: all but the outermost 2 % to each side, and half
-- as much again around them, at least a quarter of a degree. A first session is measured by itself. Null
-- where there are fewer than 20 places. In: the places of the session, as {latitude, longitude}.
create function property_manager.usual_region(p_source text, p_latitudes float8[], p_longitudes float8[])
returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp
set jit = off as $$
  with live as materialized (
    select l.latitude::float8 as latitude, l.longitude::float8 as longitude
    from (
      -- found by its key alone: the planner would read the index on status of all sources
      select * from public.properties_live where source = p_source offset 0
    ) l
    where l.status = 'active' and l.latitude is not null and l.longitude is not null
  ), known as (
    select latitude, longitude from live
    union all
    select u.latitude, u.longitude
    from unnest(p_latitudes, p_longitudes) u (latitude, longitude)
    where (select count(*) from live) < 20
  ), edges as (
    select count(*) as places, percentile_cont(array[0.02, 0.98]) within group (order by latitude) as lat,
      percentile_cont(array[0.02, 0.98]) within group (order by longitude) as lon
    from known
  )
  select case when e.places >= 20 then jsonb_build_object('places', e.places,
    'south', e.lat[1] - m.lat, 'north', e.lat[2] + m.lat, 'west', e.lon[1] - m.lon,
    'east', e.lon[2] + m.lon) end
  from edges e
  cross join lateral (select greatest(0.25, (e.lat[2] - e.lat[1]) / 2),
    greatest(0.25, (e.lon[2] - e.lon[1]) / 2)) m (lat, lon)
$$;

-- The places of a session: how many rows have one, are at 0, 0, have latitude and longitude swapped, miss a
-- minus, or lie outside the usual region of the source, with the first three of each; its cities and
-- neighbourhoods with the most rows; and at most 600 points for a map, [[longitude, latitude, kind, city]].
create function property_manager.session_places(p_session public.scraping_sessions) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
declare
  v_source constant text := (select name from public.sources where id = p_session.source_id);
  v_region jsonb;
  v_result jsonb;
begin
  select property_manager.usual_region(v_source, array_agg(s.latitude::float8 order by s.row_no),
    array_agg(s.longitude::float8 order by s.row_no)) into v_region
  from public.property_scrapes_staging s
  where s.session_id = p_session.id and s.latitude is not null and s.longitude is not null;
  with placed as materialized (
    select s.row_no, left(s.city, 80) as city, left(s.neighborhood, 80) as neighborhood,
      s.latitude::float8 as latitude, s.longitude::float8 as longitude,
      case
        when s.issues @> '[{"field": "latitude", "text": "0, 0"}]' then 'zero'
        when s.latitude is null or s.longitude is null then 'none'
        when abs(s.latitude) < 0.001 and abs(s.longitude) < 0.001 then 'zero'
        when v_region is null or property_manager.is_in_region(v_region, s.latitude, s.longitude) then 'usual'
        when property_manager.is_in_region(v_region, s.longitude, s.latitude) then 'swapped'
        when property_manager.is_in_region(v_region, s.latitude, -s.longitude)
          or property_manager.is_in_region(v_region, -s.latitude, s.longitude)
          or property_manager.is_in_region(v_region, -s.latitude, -s.longitude) then 'mirrored'
        else 'outside'
      end as kind
    from public.property_scrapes_staging s
    where s.session_id = p_session.id and s.problem is null
  ), drawn as (
    select p.*, row_number() over (partition by p.kind = 'usual' order by p.row_no) as nth,
      count(*) over (partition by p.kind = 'usual') as of_all
    from placed p
    where p.latitude is not null and p.longitude is not null
  ), faults as (
    select p.*, row_number() over (partition by p.kind order by p.row_no) as nth
    from placed p where p.kind in ('zero', 'swapped', 'mirrored', 'outside')
  ), cities as (
    select city as name, count(*) as rows, avg(latitude) filter (where kind = 'usual') as latitude,
      avg(longitude) filter (where kind = 'usual') as longitude
    from placed where city is not null group by city
  ), areas as (
    select neighborhood as name, city, count(*) as rows
    from placed where neighborhood is not null group by neighborhood, city
  )
  select jsonb_build_object(
    'rows', (select count(*) from placed),
    'placed', (select count(*) from placed where kind not in ('none', 'zero')),
    'zero', (select count(*) from placed where kind = 'zero'),
    'swapped', (select count(*) from placed where kind = 'swapped'),
    'mirrored', (select count(*) from placed where kind = 'mirrored'),
    'outside', (select count(*) from placed where kind = 'outside'),
    'region', v_region,
    'examples', (
      select coalesce(jsonb_agg(property_manager.example_row(p_session.id, f.row_no)
        || jsonb_build_object('kind', f.kind, 'latitude', f.latitude, 'longitude', f.longitude,
          'city', f.city)
        order by array_position(array['swapped', 'mirrored', 'outside', 'zero'], f.kind), f.row_no), '[]')
      from faults f where f.nth <= 3
    ),
    'cities', (
      select coalesce(jsonb_agg(to_jsonb(c) order by c.rows desc, c.name), '[]')
      from (select * from cities order by rows desc, name limit 12) c
    ),
    'cities_in_all', (select count(*) from cities),
    'without_city', (select count(*) from placed where city is null),
    'neighborhoods', (
      select coalesce(jsonb_agg(to_jsonb(a) order by a.rows desc, a.name, a.city), '[]')
      from (select * from areas order by rows desc, name, city limit 12) a
    ),
    'neighborhoods_in_all', (select count(*) from areas),
    'points', (
      select coalesce(jsonb_agg(jsonb_build_array(round(d.longitude::numeric, 4),
        round(d.latitude::numeric, 4), d.kind, d.city) order by d.row_no), '[]')
      from drawn d
      where case when d.kind = 'usual' then d.nth % ((d.of_all + 499) / 500) = 0 else d.nth <= 100 end
    )
  ) into v_result;
  return v_result;
end
$$;

-- Whether a place is within a region.
create function property_manager.is_in_region(p_region jsonb, p_latitude numeric, p_longitude numeric)
returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_latitude between (p_region ->> 'south')::numeric and (p_region ->> 'north')::numeric
    and p_longitude between (p_region ->> 'west')::numeric and (p_region ->> 'east')::numeric
$$;
