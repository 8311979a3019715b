-- What lies within a radius of places: of one, or of many in one question.
-- A box on the index, then the distance of each row in it, computed once; `offset 0` has each place look up
-- its own box, whatever the planner thinks of either table.

-- Parcels within so many metres of each place, nearest first, at most so many a place (null: all).
-- A parcel that is itself the place is not among them.
create function api.parcels_near(p_places jsonb, p_metres float8, p_most integer)
returns table (
  place text, metres float8, parcel uuid, state text, county_fips text, parcel_id_normalized text,
  parcel_id text, address text, unit text, city text, postal_code text, latitude numeric, longitude numeric,
  location_kind text
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  perform property_manager.require_radius(p_metres);
  return query
  select w.place, n.metres, n.id, n.state, n.county_fips, n.parcel_id_normalized, n.parcel_id, n.address,
    n.unit, n.city, n.postal_code, n.latitude, n.longitude, n.location_kind
  from property_manager.places_of(p_places) w
  cross join lateral (
    select f.*
    from (/*use boxes_around w.latitude, w.longitude, p_metres*/) b
    cross join lateral (
      select p.*, /*use metres p.latitude::float8, p.longitude::float8, w.latitude, b.longitude*/ as metres
      from county.properties p
      where /*use place_of p*/ <@ b.area and p.is_active
      offset 0
    ) f
    where f.metres <= p_metres and f.id is distinct from w.parcel
    order by f.metres, f.id
    limit p_most
  ) n;
end
$$;

-- Code cases within so many metres of each place, nearest first; `p_status`: open, closed, unknown, or null
-- for all. A case without a place of its own is where its parcel is: `located_by` says which.
create function api.cases_near(p_places jsonb, p_metres float8, p_status text, p_most integer)
returns table (
  place text, metres float8, code_case uuid, case_number text, case_type text, status text, opened_on date,
  due_on date, parcel uuid, address text, city text, latitude numeric, longitude numeric, located_by text
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  perform property_manager.require_radius(p_metres);
  return query
  select w.place, n.metres, n.id, n.case_number, n.case_type, n.status, n.opened_on, n.due_on, n.property_id,
    n.address, n.city, n.latitude, n.longitude, n.located_by
  from property_manager.places_of(p_places) w
  cross join lateral (
    select f.*
    from (/*use boxes_around w.latitude, w.longitude, p_metres*/) b
    cross join lateral (
      select c.id, c.case_number, c.case_type, c.status, c.opened_on, c.due_on, c.property_id, c.address,
        c.city, c.latitude, c.longitude, 'case' as located_by,
        /*use metres c.latitude::float8, c.longitude::float8, w.latitude, b.longitude*/ as metres
      from (select n.* from county.code_violations n
        where /*use place_of n*/ <@ b.area and n.is_active offset 0) c
      union all
      select c.id, c.case_number, c.case_type, c.status, c.opened_on, c.due_on, c.property_id,
        coalesce(c.address, p.address), coalesce(c.city, p.city), p.latitude, p.longitude, 'parcel',
        /*use metres p.latitude::float8, p.longitude::float8, w.latitude, b.longitude*/
      from (select n.* from county.properties n where /*use place_of n*/ <@ b.area offset 0) p
      cross join lateral (
        select n.* from county.code_violations n
        where n.property_id = p.id and n.latitude is null and n.is_active offset 0
      ) c
    ) f
    where f.metres <= p_metres and (p_status is null or f.status = p_status)
    order by f.metres, f.id
    limit p_most
  ) n;
end
$$;

-- Active listings within so many metres of each place, nearest first.
create function api.listings_near(p_places jsonb, p_metres float8, p_most integer)
returns table (
  place text, metres float8, listing uuid, source text, property_id text, title text, property_type text,
  operation_type text, price numeric, currency text, price_period text, bedrooms integer,
  covered_area_m2 numeric, address text, city text, latitude numeric, longitude numeric
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  perform property_manager.require_radius(p_metres);
  return query
  select w.place, n.metres, n.id, n.source, n.property_id, n.title, n.property_type, n.operation_type,
    n.price, n.currency, n.price_period, n.bedrooms, n.covered_area_m2, n.address, n.city, n.latitude,
    n.longitude
  from property_manager.places_of(p_places) w
  cross join lateral (
    select f.*
    from (/*use boxes_around w.latitude, w.longitude, p_metres*/) b
    cross join lateral (
      select l.*, /*use metres l.latitude::float8, l.longitude::float8, w.latitude, b.longitude*/ as metres
      from public.properties_live l
      where /*use place_of l*/ <@ b.area and l.status = 'active'
      offset 0
    ) f
    where f.metres <= p_metres
    order by f.metres, f.id
    limit p_most
  ) n;
end
$$;
