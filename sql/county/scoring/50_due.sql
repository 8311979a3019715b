-- Which leads are to be scored again, so that the cost follows the changes: those whose records changed, near
-- whom a code case did, whose neighbourhood was counted anew, or whose day has come.

-- The records that changed after a position of the feed.
create function property_manager.records_changed(p_position bigint)
returns table (kind text, record uuid, property_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off as $$
  with changed as materialized (
    select distinct c.kind, c.record
    from property_manager.change_sets s
    cross join lateral (
      select x.kind, x.record from county.changes x where x.change_set_id = s.id offset 0) c
    where s.position > p_position
  )
  select c.kind, c.record, c.record from changed c where c.kind = 'properties'
  union all
  select c.kind, c.record, t.property_id from changed c
  cross join lateral (select x.property_id from county.tax_sales x where x.id = c.record offset 0) t
  where c.kind = 'tax_sales'
  union all
  select c.kind, c.record, t.property_id from changed c
  cross join lateral (select x.property_id from county.tax_certificates x where x.id = c.record offset 0) t
  where c.kind = 'tax_certificates'
  union all
  select c.kind, c.record, t.property_id from changed c
  cross join lateral (select x.property_id from county.foreclosures x where x.id = c.record offset 0) t
  where c.kind = 'foreclosures'
  union all
  select c.kind, c.record, t.property_id from changed c
  cross join lateral (select x.property_id from county.property_records x where x.id = c.record offset 0) t
  where c.kind = 'property_records'
  union all
  select c.kind, c.record, t.property_id from changed c
  cross join lateral (select x.property_id from county.code_violations x where x.id = c.record offset 0) t
  where c.kind = 'code_violations'
$$;

-- Places the open cases of a relation `c`, as a statement.
create function property_manager.open_cases_sql(p_cases text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format($sql$
    insert into property_manager.open_cases (record, property_id, latitude, longitude)
    select c.id, c.property_id, coalesce(c.latitude, p.latitude)::float8, coalesce(c.longitude,
      p.longitude)::float8
    from %s
    left join lateral (
      select x.latitude, x.longitude from county.properties x
      where x.id = c.property_id and (c.latitude is null or c.longitude is null) offset 0) p on true
    where c.is_active and c.status = 'open' and coalesce(c.latitude, p.latitude) is not null
      and coalesce(c.longitude, p.longitude) is not null$sql$, p_cases)
$$;

-- Places all open cases.
create function property_manager.place_all_cases() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from property_manager.open_cases;
  execute property_manager.open_cases_sql('county.code_violations c');
end
$$;

-- Places open cases anew: those that changed, and those of parcels that did. Out: the leads in the squares
-- around
-- each that came, went or moved, more than are near.
create function property_manager.place_cases(p_cases uuid[], p_parcels uuid[],
  p_metres integer) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare
  v_cases constant uuid[] := array(
    select unnest(p_cases)
    union
    select c.id from unnest(p_parcels) p (id)
    cross join lateral (
      select x.id from county.code_violations x where x.property_id = p.id offset 0) c);
  v_before property_manager.open_cases[];
begin
  with taken as (
    delete from property_manager.open_cases o using unnest(v_cases) c (id) where o.record = c.id returning o
  )
  select coalesce(array_agg(t.o), '{}') into v_before from taken t;
  execute property_manager.open_cases_sql($sql$unnest($1) i (id)
    cross join lateral (select * from county.code_violations x
      where x.id = i.id offset 0) c$sql$) using v_cases;
  return array(
    with now as materialized (
      select o.* from unnest(v_cases) c (id) join property_manager.open_cases o on o.record = c.id
    ), moved as (
      (select * from now except select * from unnest(v_before))
      union all
      (select * from unnest(v_before) except select * from now)
    ), squares as (
      select distinct q.latitude, q.longitude
      from moved m cross join lateral /*use cells_around m.latitude, m.longitude, p_metres*/ q
    )
    select s.property_id
    from squares q
    cross join lateral (select * from county.lead_scores x
      where x.cell_latitude = q.latitude and x.cell_longitude = q.longitude offset 0) s);
end
$$;

-- Parcels of a relation `due`, counted by their neighbourhoods, as a statement. $1: the day.
create function property_manager.neighbourhoods_sql(p_due text, p_few boolean) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format($sql$
    with due as (%s)
    select d.state, d.county_fips, floor(d.latitude * 100)::integer as latitude,
      floor(d.longitude * 100)::integer as longitude, r.use_code, count(*) as homes,
      case when count(r.market_value / r.living_area_sqft) >= 5 then round((percentile_cont(0.5)
        within group (order by (r.market_value / r.living_area_sqft)::float8))::numeric,
          4) end as price_per_sqft,
      case when count(*) >= 5
        then round(avg(coalesce(r.last_sale_date between $1 - 365 and $1, false)::integer), 4) end as turnover
    from due d join (%s) r on r.property_id = d.id
    where d.latitude is not null and d.longitude is not null and r.use_code is not null
    group by 1, 2, 3, 4, 5$sql$, p_due, property_manager.appraised_sql(p_few))
$$;

-- The parcels with the ids of a relation `d`, or all, as `due` of the statements that score.
create function property_manager.due_sql(p_ids text, p_few boolean) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format($sql$
    select t.id, t.state, t.county_fips, t.parcel_id_normalized, t.latitude::float8, t.longitude::float8
    from %s where t.is_active$sql$, case when p_ids is null then 'county.properties t'
      else property_manager.rows_of_due('county.properties', 'id', p_few, p_ids) end)
$$;

-- Counts all neighbourhoods.
create function property_manager.count_all_neighbourhoods(p_as_of date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  delete from property_manager.neighbourhoods;
  execute
    format('insert into property_manager.neighbourhoods (state, county_fips, latitude, longitude, use_code,
    homes, price_per_sqft, turnover, counted_on) select g.*, $1 from (%s) g',
    property_manager.neighbourhoods_sql(property_manager.due_sql(null, false),
      false)) using p_as_of;
end
$$;

-- Counts the neighbourhoods of which more than a tenth has changed since they were counted. In: the parcels
-- whose
-- records changed. Out: the leads in those that came out otherwise.
create function property_manager.count_neighbourhoods(p_changed uuid[], p_as_of date) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare
  v_found uuid[];
begin
  insert into property_manager.neighbourhoods as n (state, county_fips, latitude, longitude, use_code,
    changed)
  select p.state, p.county_fips, floor(p.latitude::float8 * 100)::integer,
    floor(p.longitude::float8 * 100)::integer, r.use_code, count(*)
  from (select distinct id from unnest(p_changed) u (id)) c
  cross join lateral (select * from county.properties x where x.id = c.id offset 0) p
  cross join lateral (
    select r.use_code from county.property_records r where r.property_id = p.id and r.is_active
    order by r.roll_year desc, r.id limit 1
  ) r
  where p.is_active and p.latitude is not null and p.longitude is not null and r.use_code is not null
  group by 1, 2, 3, 4, 5
  on conflict (state, county_fips, latitude, longitude, use_code)
    do update set changed = n.changed + excluded.changed;
  execute format($sql$
    with stale as materialized (
      select * from property_manager.neighbourhoods where changed * 10 > homes
    ), within as materialized (
      select s.property_id as id
      from (select distinct latitude, longitude from stale) n
      cross join lateral generate_series(4 * n.latitude, 4 * n.latitude + 3) a (latitude)
      cross join lateral generate_series(4 * n.longitude, 4 * n.longitude + 3) o (longitude)
      cross join lateral (select * from county.lead_scores x
        where x.cell_latitude = a.latitude and x.cell_longitude = o.longitude offset 0) s
      union
      select unnest($2)
    ), counted as materialized (%s), written as (
      update property_manager.neighbourhoods n
      set homes = coalesce(c.homes, 0), price_per_sqft = c.price_per_sqft, turnover = c.turnover, changed = 0,
        counted_on = $1
      from stale s
      left join counted c using (state, county_fips, latitude, longitude, use_code)
      where n.state = s.state and n.county_fips = s.county_fips and n.latitude = s.latitude
        and n.longitude = s.longitude and n.use_code = s.use_code
      returning n.latitude, n.longitude,
        (c.price_per_sqft, c.turnover) is distinct from (s.price_per_sqft, s.turnover) as moved
    )
    select coalesce(array_agg(distinct s.property_id), '{}')
    from (select distinct latitude, longitude from written where moved) n
    cross join lateral generate_series(4 * n.latitude, 4 * n.latitude + 3) a (latitude)
    cross join lateral generate_series(4 * n.longitude, 4 * n.longitude + 3) o (longitude)
    cross join lateral (select * from county.lead_scores x
      where x.cell_latitude = a.latitude and x.cell_longitude = o.longitude offset 0) s$sql$,
    property_manager.neighbourhoods_sql(
      property_manager.due_sql('within d', true), true))
  into v_found using p_as_of, p_changed;
  return v_found;
end
$$;

-- The leads that are to be scored as of a day, for all that has changed since the last time.
create function property_manager.leads_due(p_as_of date, p_position bigint, p_metres integer) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_changed uuid[];
  v_cases   uuid[];
  v_valued  uuid[];
  v_linked  uuid[];
  v_moved   uuid[];
begin
  with taken as (delete from property_manager.leads_due returning property_id)
  select coalesce(array_agg(distinct property_id), '{}') into v_linked from taken;
  select coalesce(array_agg(distinct r.property_id) filter (where r.property_id is not null), '{}'),
    coalesce(array_agg(distinct r.record) filter (where r.kind = 'code_violations'), '{}'),
    coalesce(array_agg(distinct r.property_id) filter (where r.property_id is not null
      and r.kind in ('properties', 'property_records')), '{}')
  into v_changed, v_cases, v_valued
  from property_manager.records_changed(p_position) r;
  v_moved := property_manager.count_neighbourhoods(v_valued || v_linked, p_as_of);
  return array(
    select unnest(v_changed || v_linked || v_moved)
    union
    select unnest(property_manager.place_cases(v_cases, v_changed || v_linked, p_metres))
    union
    select s.property_id from county.lead_scores s where s.next_change_on <= p_as_of
    union
    select s.property_id from county.lead_scores s
    where p_as_of < (select c.as_of from property_manager.scoring c) and s.as_of > p_as_of);
end
$$;
