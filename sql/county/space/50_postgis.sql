-- PostGIS, where a database has it: its indexes are made and dropped on request. Nothing else needs it.

-- What a database has of PostGIS; `is_on`: parcels are indexed by it. `shapes` are parcels with an outline
-- that it reads, `unreadable` those with one that it does not.
create function api.postgis()
returns table (version text, schema text, available text, is_on boolean, shapes bigint, unreadable bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  select e.extversion, n.nspname into version, schema
  from pg_extension e
  join pg_namespace n on n.oid = e.extnamespace
  where e.extname = 'postgis';
  available := (select a.default_version from pg_available_extensions a where a.name = 'postgis');
  is_on := to_regclass('county.properties_shape') is not null;
  if is_on then
    execute 'select count(*) filter (where property_manager.parcel_geometry(p.shape) is not null),'
      ' count(*) filter (where property_manager.parcel_geometry(p.shape) is null)'
      ' from county.properties p where p.shape is not null and p.is_active' into shapes, unreadable;
  end if;
  return next;
end
$$;

-- The schema of PostGIS. Raises PMUSE where it is not there, or our owner may not use it.
create function property_manager.postgis_schema() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_schema constant text := (select n.nspname from pg_extension e
    join pg_namespace n on n.oid = e.extnamespace where e.extname = 'postgis');
begin
  if v_schema is null then
    raise exception 'questions of polygons need PostGIS, which this database does not have'
      using errcode = 'PMUSE', hint = case
        when exists (select from pg_available_extensions where name = 'postgis')
          then 'as a superuser of the database: create extension postgis with schema extensions; '
            'then run: db postgis on'
        else 'install PostGIS beside the server (Debian: postgresql-15-postgis-3), then as a superuser: '
          'create extension postgis with schema extensions; radius, box and nearest need none' end;
  elsif not has_schema_privilege(v_schema, 'usage') then
    raise exception 'the owner of our tables may not use schema %, where PostGIS is', v_schema
      using errcode = 'PMUSE',
        hint = format('as a superuser: grant usage on schema %I to property_manager_owner', v_schema);
  end if;
  return v_schema;
end
$$;

-- And where parcels are indexed by it. Raises PMUSE.
create function property_manager.require_postgis() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_schema constant text := property_manager.postgis_schema();
begin
  if to_regclass('county.properties_shape') is null then
    raise exception 'the outlines of parcels are not indexed by PostGIS'
      using errcode = 'PMUSE', hint = 'run: db postgis on';
  end if;
  return v_schema;
end
$$;

-- Indexes parcels by PostGIS, or drops that again: their places as geographies, and their outlines, read from
-- GeoJSON. An outline is then read whenever it is written; one that is no area is not in the index. Called
-- again it changes nothing. Raises PMUSE.
create function api.set_postgis(p_on boolean) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_schema text;
begin
  if to_regclass('county.properties_shape') is not null = p_on then
    return false;
  elsif not p_on then
    drop index county.properties_shape;
    drop index county.properties_geography;
    drop function property_manager.parcel_geometry(jsonb);
    return true;
  end if;
  v_schema := property_manager.postgis_schema();
  -- what PostGIS cannot read is no reason to refuse a county's file; `api.postgis` counts it
  execute format($create$
    create function property_manager.parcel_geometry(p_shape jsonb) returns %1$I.geometry
    language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $body$
    declare
      v_shape %1$I.geometry;
    begin
      v_shape := %1$I.st_force2d(%1$I.st_geomfromgeojson(p_shape::text));
      if not %1$I.st_isvalid(v_shape) then
        v_shape := %1$I.st_makevalid(v_shape);
      end if;
      return case when %1$I.st_area(v_shape) > 0 then v_shape end;
    exception when internal_error or data_exception then
      return null;
    end
    $body$
  $create$, v_schema);
  revoke all on function property_manager.parcel_geometry(jsonb) from public;
  comment on function property_manager.parcel_geometry(jsonb) is
    'The outline of a parcel; null for what is no area. Made and dropped by db postgis.';
  execute 'create index properties_shape on county.properties'
    ' using gist (property_manager.parcel_geometry(shape)) where shape is not null';
  execute format('create index properties_geography on county.properties using gist ((%1$I.geography('
    '%1$I.st_setsrid(%1$I.st_makepoint(longitude::float8, latitude::float8), 4326))))', v_schema);
  return true;
end
$$;
