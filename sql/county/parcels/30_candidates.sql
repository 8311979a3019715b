-- Candidates: the parcels that a record may be of, each with what speaks for it.

-- The ids that differ from one by a slip of the hand: one sign another, two neighbours swapped, one too many
-- or one left out.
create function property_manager.slips_of(p_key text, p_rule jsonb) returns table (key text)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  with signs as (
    select g.n as place, substr(p_key, 1, g.n - 1) as head, substr(p_key, g.n, 1) as sign,
      substr(p_key, g.n + 1) as tail
    from generate_series(1, length(p_key)) g (n)
  ), digits as (
    select d::text as digit from generate_series(0, 9) d
  ), wanted as (
    select coalesce((p_rule ->> 'length')::integer, length(p_key)) as length
  )
  select s.head || d.digit || s.tail from signs s cross join digits d cross join wanted w
  where d.digit <> s.sign and length(p_key) = w.length
  union
  select s.head || substr(s.tail, 1, 1) || s.sign || substr(s.tail, 2) from signs s cross join wanted w
  where s.tail <> '' and substr(s.tail, 1, 1) <> s.sign and length(p_key) = w.length
  union
  select s.head || s.tail from signs s cross join wanted w where length(p_key) = w.length + 1
  union
  select s.head || d.digit || s.sign || s.tail from signs s cross join digits d cross join wanted w
  where length(p_key) = w.length - 1
  union
  select p_key || d.digit from digits d cross join wanted w where length(p_key) = w.length - 1
$$;

-- What a record says of where it is: by its kind and id. Fields that its kind lacks are null.
create function property_manager.record_place(p_kind text, p_record uuid)
returns table (source text, record_id text, is_active boolean, property_id uuid, state text, county_fips text,
  parcel_id_normalized text, parcel_id text, address text, address_normalized text, unit text, city text,
  latitude numeric, longitude numeric)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query execute format($sql$
    select f.*
    from (select null::text as address, null::text as address_normalized, null::text as unit,
      null::text as city, null::numeric as latitude, null::numeric as longitude) missing
    cross join lateral (
      select r.source, r.record_id, r.is_active, r.property_id, r.state, r.county_fips,
        r.parcel_id_normalized, r.parcel_id, address, address_normalized, unit, city, latitude, longitude
      from county.%I r where r.id = $1
    ) f$sql$, p_kind) using p_record;
end
$$;

-- The ids by which a record may name a parcel that it does not name: (key, reason, weight).
create function property_manager.keys_near(p_key text, p_printed text, p_rule jsonb)
returns table (key text, reason text, weight numeric)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  with shown as (
    select coalesce(p_key, upper(regexp_replace(p_printed, '[^[:alnum:]]', '', 'g'))) as key
  )
  select s.key, 'its id, as it is printed', 0.5 from shown s where p_key is null
  union all
  select property_manager.swapped_key(s.key, p_rule), 'its id with range and section swapped', 0.5
  from shown s
  where property_manager.swapped_key(s.key, p_rule) <> s.key
  union all
  select l.key, 'its id is one slip away', 0.3
  from shown s
  -- one that could not be read may be of either order
  cross join lateral (
    select s.key union select property_manager.swapped_key(s.key, p_rule) where p_key is null) o
  cross join lateral property_manager.slips_of(o.key, p_rule) l
  where length(o.key) between 6 and 40
$$;

-- The parcels that a record may be of, the likeliest first, at most p_most: each reason has a weight, and
-- they add up as independent ones do. Another house's address makes any of them unlikely.
create function property_manager.candidates_of(p_kind text, p_record uuid, p_most integer)
returns table (parcel uuid, score numeric, reasons text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off
set enable_seqscan = off as $$
declare
  r           record;
  v_latitude  float8;
  v_longitude float8;
begin
  select f.*, k.rule into r
  from property_manager.record_place(p_kind, p_record) f
  left join property_manager.county_keys k using (state, county_fips);
  v_latitude := r.latitude;
  v_longitude := r.longitude;
  return query
  with found as (
    select p.id, n.reason, n.weight
    from property_manager.keys_near(r.parcel_id_normalized, r.parcel_id, r.rule) n
    cross join lateral (
      select p.id from county.properties p
      where p.state = r.state and p.county_fips = r.county_fips and p.parcel_id_normalized = n.key offset 0
    ) p
    union all
    select p.id, case when r.unit is null and p.unit is null then 'the same address'
        when property_manager.unit_number(p.unit) = property_manager.unit_number(r.unit)
          then 'the same address and unit'
        when r.unit is null or p.unit is null then 'the same address, one of them with a unit'
        else 'the same house, another unit' end,
      case when (p.unit is null and r.unit is null)
          or property_manager.unit_number(p.unit) = property_manager.unit_number(r.unit) then 0.8
        when r.unit is null or p.unit is null then 0.6 else 0.2 end
      * case when lower(p.city) <> lower(r.city) then 0.5 else 1 end
    from (select p.* from county.properties p where p.address_normalized = r.address_normalized offset 0) p
    where r.address_normalized ~ '^[NSEW]?\d'
    union all
    select n.id, 'its point is ' || round(n.metres)::text || ' m away', 0.4 * (1 - n.metres / 60)::numeric
    from (
      select p.id,
        /*use metres p.latitude::float8, p.longitude::float8, v_latitude, v_longitude*/ as metres
      from county.properties p
      where /*use place_of p*/ <@ box(point(v_longitude - 0.0007, v_latitude - 0.0006),
        point(v_longitude + 0.0007, v_latitude + 0.0006))
      offset 0
    ) n
    where n.metres < 60
  ), added as (
    select f.id, 1 - exp(sum(ln(1 - f.weight))) as weight,
      array_agg(distinct f.reason order by f.reason) as reasons
    from found f group by f.id
  )
  select a.id,
    round(case when property_manager.addresses_disagree(p.address_normalized, r.address_normalized)
      then a.weight * 0.3 else a.weight end, 2),
    a.reasons || case when property_manager.addresses_disagree(p.address_normalized, r.address_normalized)
      then array['but its address is another'] else '{}' end
  from added a
  cross join lateral (select p.* from county.properties p where p.id = a.id offset 0) p
  where p.state = r.state and p.county_fips = r.county_fips
  order by 2 desc, p.parcel_id_normalized
  limit p_most;
end
$$;

-- The parcel of an id.
create function property_manager.parcel_named(p_state text, p_county_fips text, p_key text)
returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select p.id from county.properties p
  where p.state = p_state and p.county_fips = p_county_fips and p.parcel_id_normalized = p_key
$$;
