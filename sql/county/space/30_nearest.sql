-- The nearest of a place, and what lies in a box.

-- The nearest parcels of each place, at most `p_count`, none further than so many metres. The index orders by
-- degrees: the furthest in metres of as many that it gives is a radius that holds the nearest. Raises PMUSE.
create function api.nearest_parcels(p_places jsonb, p_count integer, p_metres float8)
returns table (
  place text, metres float8, parcel uuid, state text, county_fips text, parcel_id_normalized text,
  parcel_id text, address text, unit text, city text, postal_code text, latitude numeric, longitude numeric,
  location_kind text
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_sort = off set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  perform property_manager.require_radius(p_metres);
  if coalesce(p_count, 0) < 1 then
    raise exception 'the nearest % parcels cannot be asked for', coalesce(p_count::text, 'no')
      using errcode = 'PMUSE', hint = 'give one or more';
  end if;
  return query
  select w.place, n.metres, n.id, n.state, n.county_fips, n.parcel_id_normalized, n.parcel_id, n.address,
    n.unit, n.city, n.postal_code, n.latitude, n.longitude, n.location_kind
  from property_manager.places_of(p_places) w
  cross join lateral (
    select case count(*) when p_count then least(max(f.metres), p_metres) else p_metres end as radius
    from (
      select /*use metres p.latitude::float8, p.longitude::float8, w.latitude, w.longitude*/ as metres
      from (
        select l.latitude, l.longitude from county.properties l
        where l.is_active and l.latitude is not null and l.longitude is not null
          and l.id is distinct from w.parcel
        order by /*use place_of l*/ <-> point(w.longitude, w.latitude)
        limit p_count
      ) p
      offset 0
    ) f
    offset 0
  ) r
  cross join lateral (
    select f.*
    from (/*use boxes_around w.latitude, w.longitude, r.radius*/) b
    cross join lateral (
      select p.*, /*use metres p.latitude::float8, p.longitude::float8, w.latitude, b.longitude*/ as metres
      from county.properties p
      where /*use place_of p*/ <@ b.area and p.is_active
      offset 0
    ) f
    where f.metres <= r.radius and f.id is distinct from w.parcel
    order by f.metres, f.id
    limit p_count
  ) n;
end
$$;

-- Parcels in a box, {"south", "west", "north", "east"} in degrees, by their ids, after one of them (or
-- null). A box whose west is greater than its east lies across the 180th meridian. Raises PMUSE.
create function api.parcels_in_box(p_box jsonb, p_after uuid, p_most integer)
returns table (
  parcel uuid, state text, county_fips text, parcel_id_normalized text, parcel_id text, address text,
  unit text, city text, postal_code text, latitude numeric, longitude numeric, location_kind text
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  v_south constant float8 := (p_box ->> 'south')::float8;
  v_west  constant float8 := (p_box ->> 'west')::float8;
  v_north constant float8 := (p_box ->> 'north')::float8;
  v_east  constant float8 := (p_box ->> 'east')::float8;
begin
  if not coalesce(v_south between -90 and 90 and v_north between v_south and 90
      and v_west between -180 and 180 and v_east between -180 and 180, false) then
    raise exception 'south %, west %, north %, east % are the sides of no box',
      coalesce(v_south::text, 'null'), coalesce(v_west::text, 'null'), coalesce(v_north::text, 'null'),
      coalesce(v_east::text, 'null')
      using errcode = 'PMUSE', hint = 'give degrees: south below north, both from -90 to 90, west and '
        'east from -180 to 180';
  end if;
  return query
  select p.id, p.state, p.county_fips, p.parcel_id_normalized, p.parcel_id, p.address, p.unit, p.city,
    p.postal_code, p.latitude, p.longitude, p.location_kind
  from (
    select box(point(v_west, v_south), point(case when v_west <= v_east then v_east else 180 end, v_north))
      as area
    union all
    select box(point(-180, v_south), point(v_east, v_north)) where v_west > v_east
  ) b
  cross join lateral (
    select n.* from county.properties n where /*use place_of n*/ <@ b.area and n.is_active offset 0
  ) p
  where p_after is null or p.id > p_after
  order by p.id
  limit p_most;
end
$$;
