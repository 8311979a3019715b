-- Questions of polygons, which only PostGIS answers.

-- Parcels whose outline holds a place, its border included. Raises PMUSE where PostGIS is not on.
create function api.parcels_at(p_latitude float8, p_longitude float8)
returns table (
  parcel uuid, state text, county_fips text, parcel_id_normalized text, parcel_id text, address text,
  unit text, city text, postal_code text, latitude numeric, longitude numeric, location_kind text
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  perform property_manager.require_place('asked', p_latitude, p_longitude);
  return query execute format('select p.id, p.state, p.county_fips, p.parcel_id_normalized, p.parcel_id,'
    ' p.address, p.unit, p.city, p.postal_code, p.latitude, p.longitude, p.location_kind'
    ' from county.properties p'
    ' where p.shape is not null and p.is_active and %1$I.st_intersects('
    '  property_manager.parcel_geometry(p.shape), %1$I.st_setsrid(%1$I.st_makepoint($2, $1), 4326))'
    ' order by p.id', property_manager.require_postgis())
    using p_latitude, p_longitude;
end
$$;

-- Parcels whose place lies within a drawn polygon or on its border, by their ids, after one of them (or
-- null). In: a GeoJSON Polygon or MultiPolygon in degrees. Raises PMUSE for one that is none.
create function api.parcels_within(p_polygon jsonb, p_after uuid, p_most integer)
returns table (
  parcel uuid, state text, county_fips text, parcel_id_normalized text, parcel_id text, address text,
  unit text, city text, postal_code text, latitude numeric, longitude numeric, location_kind text
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_schema constant text := property_manager.require_postgis();
  v_area   box;
begin
  execute format('select box(point(%1$I.st_xmin(g.area), %1$I.st_ymin(g.area)), point(%1$I.st_xmax(g.area),'
    ' %1$I.st_ymax(g.area))) from (select property_manager.parcel_geometry($1) as area) g', v_schema)
    using p_polygon into v_area;
  if v_area is null then
    raise exception 'this is no polygon that PostGIS reads' using errcode = 'PMUSE',
      hint = 'give GeoJSON: {"type": "Polygon", "coordinates": [[[-81.4, 28.5], …]]}, longitude first, '
        'its end its beginning';
  end if;
  return query execute format('select p.id, p.state, p.county_fips, p.parcel_id_normalized, p.parcel_id,'
    ' p.address, p.unit, p.city, p.postal_code, p.latitude, p.longitude, p.location_kind'
    ' from (select property_manager.parcel_geometry($1) as area offset 0) g'
    ' cross join lateral (select n.* from county.properties n'
    '  where /*use place_of n*/ <@ $2 and n.is_active offset 0) p'
    ' where %1$I.st_intersects(g.area, %1$I.st_setsrid('
    '  %1$I.st_makepoint(p.longitude::float8, p.latitude::float8), 4326))'
    '  and ($3 is null or p.id > $3)'
    ' order by p.id limit $4', v_schema)
    using p_polygon, v_area, p_after, p_most;
end
$$;
