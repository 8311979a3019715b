-- Places that something is looked for around: checked once, then boxes on the index.

-- Whether a place can be asked about: the formula of snippet `metres` holds there. Raises PMUSE with the
-- reason.
create function property_manager.require_place(p_place text, p_latitude float8, p_longitude float8)
returns void language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  -- not a number is greater than all numbers
  if p_latitude is null or p_longitude is null or p_latitude not between -90 and 90
    or p_longitude not between -180 and 180 then
    raise exception 'place %: latitude % and longitude % are no place', p_place,
      coalesce(p_latitude::text, 'null'), coalesce(p_longitude::text, 'null')
      using errcode = 'PMUSE', hint = 'give degrees north from -90 to 90 and degrees east from -180 to 180: '
        '28.5384 -81.3789';
  elsif abs(p_latitude) > 85 then
    raise exception 'place %: distances are not computed beyond 85 degrees north or south', p_place
      using errcode = 'PMUSE', hint = 'latitude comes first, then longitude: 28.5384 -81.3789';
  end if;
end
$$;

-- Whether a radius can be asked for. Raises PMUSE.
create function property_manager.require_radius(p_metres float8) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  if p_metres is null or not (p_metres > 0 and p_metres <= 100000) then
    raise exception 'a radius of % metres cannot be searched', coalesce(p_metres::text, 'no')
      using errcode = 'PMUSE', hint = 'give more than 0 and at most 100,000 metres (62 miles)';
  end if;
end
$$;

-- The places of a question, each with what it is called by: given as
-- [{"place": name, "latitude": …, "longitude": …}] or as [{"parcel": id}], the place of a parcel, whose name
-- is its id. Without a name a place is called by its number. Raises PMUSE for one that is none, PMNOF for an
-- unknown parcel.
create function property_manager.places_of(p_places jsonb)
returns table (place text, parcel uuid, latitude float8, longitude float8)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_given record;
begin
  if jsonb_typeof(p_places) is distinct from 'array' then
    raise exception 'places are a list of objects with latitude and longitude, or with parcel'
      using errcode = 'PMUSE';
  end if;
  for v_given in
    select coalesce(g.given ->> 'place', g.given ->> 'parcel', g.nth::text) as place,
      (g.given ->> 'parcel')::uuid as parcel, p.id is not null as known,
      case when g.given ? 'parcel' then p.latitude::float8 else (g.given ->> 'latitude')::float8 end
        as latitude,
      case when g.given ? 'parcel' then p.longitude::float8 else (g.given ->> 'longitude')::float8 end
        as longitude
    from jsonb_array_elements(p_places) with ordinality g (given, nth)
    left join lateral (
      select w.id, w.latitude, w.longitude from county.properties w
      where w.id = (g.given ->> 'parcel')::uuid offset 0
    ) p on true
    order by g.nth
  loop
    if v_given.parcel is not null and not v_given.known then
      raise exception 'there is no parcel %', v_given.parcel using errcode = 'PMNOF';
    elsif v_given.parcel is not null and (v_given.latitude is null or v_given.longitude is null) then
      raise exception 'it is not known where parcel % is: its source says no coordinates', v_given.parcel
        using errcode = 'PMUSE', hint = 'ask by latitude and longitude';
    end if;
    perform property_manager.require_place(v_given.place, v_given.latitude, v_given.longitude);
    place := v_given.place;
    parcel := v_given.parcel;
    latitude := v_given.latitude;
    longitude := v_given.longitude;
    return next;
  end loop;
end
$$;
