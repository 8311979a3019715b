-- Parcels by what people call them.

-- The active parcels that a text names: by our id, or by their own as printed, with or without dashes,
-- section or range first; or by an address in USPS form (`p_line`) and its unit. Several counties, or several
-- units, may have it; at most 20 are given.
create function api.parcels_called(p_text text, p_line text, p_unit text)
returns table (
  parcel uuid, state text, county_fips text, parcel_id text, address text, unit text, city text,
  latitude numeric, longitude numeric
)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off as $$
  with recursive counties as (
    (select p.state, p.county_fips from county.properties p order by p.state, p.county_fips limit 1)
    union all
    select n.state, n.county_fips
    from counties c
    cross join lateral (
      select p.state, p.county_fips from county.properties p
      where (p.state, p.county_fips) > (c.state, c.county_fips)
      order by p.state, p.county_fips limit 1
    ) n
  ), written as (
    select distinct w.id
    from (select upper(regexp_replace(p_text, '[^[:alnum:]]', '', 'g')) as plain) t
    cross join lateral unnest(array[t.plain,
      substr(t.plain, 5, 2) || substr(t.plain, 3, 2) || substr(t.plain, 1, 2) || substr(t.plain, 7)]) w (id)
    where w.id <> ''
  ), found as (
    select p.id
    from written w
    cross join counties c
    cross join lateral (
      select n.id from county.properties n
      where n.state = c.state and n.county_fips = c.county_fips and n.parcel_id_normalized = w.id
      offset 0
    ) p
    union
    select p.id from (
      select n.id, n.unit from county.properties n where n.address_normalized = p_line offset 0
    ) p
    where p_unit is null or p.unit = p_unit
    union
    select n.id from county.properties n
    where n.id = case when p_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_text::uuid end
  )
  select p.id, p.state, p.county_fips, coalesce(p.parcel_id, p.parcel_id_normalized), p.address, p.unit,
    p.city, p.latitude, p.longitude
  from found f
  cross join lateral (select n.* from county.properties n where n.id = f.id and n.is_active offset 0) p
  order by p.state, p.county_fips, p.city, p.address, p.unit, p.id
  limit 20
$$;
