-- What parcels like one were sold for nearby: the evidence of a value, never an assessed value or an asking
-- price.

-- What the last record of each parcel says of it, with its place, and why it cannot be compared, if so.
create function property_manager.comparable_subjects(p_parcels uuid[])
returns table (
  subject uuid, latitude float8, longitude float8, use text, area numeric, year_built integer, problem text
)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select w.id, p.latitude::float8, p.longitude::float8, coalesce(r.use_code, lower(r.property_type)),
    r.living_area_sqft, r.year_built,
    case
      when p.id is null then 'there is no such parcel'
      when p.latitude is null or p.longitude is null then 'it is not known where it is'
      when abs(p.latitude) > 85 then 'distances are not computed beyond 85 degrees north or south'
      when r.id is null then 'there is no appraiser record of it'
      when coalesce(r.use_code, r.property_type) is null then 'its use is not known'
      when coalesce(r.living_area_sqft, 0) <= 0 then 'its living area is not known'
    end
  from (select distinct unnest(p_parcels) as id) w
  left join lateral (select n.* from county.properties n where n.id = w.id offset 0) p on true
  left join lateral (/*use last_record w.id*/) r on true
$$;

-- Sales that each parcel can be valued by, nearest first, then what is asked for homes of its size nearby.
-- A sale counts within `metres` (a mile) and `days` (180) before `as_of` (today), of a parcel of the same
-- use whose living area is at most `area_share` (0.2) off and whose year built at most `years` (10); where
-- the subject's year is not known any counts. Its qualification has to be one of `qualified`: at arm's
-- length, as Florida's appraisers code it; `left_out` counts those that would be among the rest. At most
-- `most` (10) of each basis a subject.
-- `confidence` is low below three sales, or where the subject's year is not known. A subject without any has
-- one row, and `problem` says why where it cannot be compared.
create function api.comparables(p_parcels uuid[], p_wanted jsonb)
returns table (
  subject uuid, problem text, confidence text, sales bigint, left_out bigint, basis text, metres float8,
  parcel uuid, listing uuid, address text, city text, day date, price numeric, price_per_sqft numeric,
  living_area_sqft numeric, year_built integer, qualification text
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v_metres    constant float8 := coalesce((p_wanted ->> 'metres')::float8, 1609.344);
  v_as_of     constant date := coalesce((p_wanted ->> 'as_of')::date, current_date);
  v_from      constant date := v_as_of - coalesce((p_wanted ->> 'days')::integer, 180);
  v_share     constant numeric := coalesce((p_wanted ->> 'area_share')::numeric, 0.2);
  v_years     constant integer := coalesce((p_wanted ->> 'years')::integer, 10);
  v_most      constant integer := coalesce((p_wanted ->> 'most')::integer, 10);
  v_qualified constant text[] := array(select jsonb_array_elements_text(
    coalesce(p_wanted -> 'qualified', '["Q", "QUALIFIED", "01", "02", "1", "2"]')));
begin
  perform property_manager.require_radius(v_metres);
  return query
  with subjects as materialized (
    select * from property_manager.comparable_subjects(p_parcels)
  ), found as materialized (
    select s.subject, k.*
    from subjects s
    cross join lateral (
      select case when upper(btrim(r.sale_qualification)) = any (v_qualified) then 'sold' else 'left out' end
          as basis,
        n.metres, n.id as parcel, null::uuid as listing, n.address, n.city, r.last_sale_date as day,
        r.last_sale_price as price, r.living_area_sqft as area, r.year_built,
        r.sale_qualification as qualification
      from (/*use boxes_around s.latitude, s.longitude, v_metres*/) b
      cross join lateral (
        select p.*, /*use metres p.latitude::float8, p.longitude::float8, s.latitude, b.longitude*/ as metres
        from county.properties p
        where /*use place_of p*/ <@ b.area and p.is_active
        offset 0
      ) n
      cross join lateral (/*use last_record n.id*/) r
      where n.metres <= v_metres and n.id <> s.subject
        and r.last_sale_date between v_from and v_as_of and r.last_sale_price > 0
        and coalesce(r.use_code, lower(r.property_type)) = s.use
        and r.living_area_sqft between s.area * (1 - v_share) and s.area * (1 + v_share)
        and (s.year_built is null or abs(r.year_built - s.year_built) <= v_years)
      union all
      select 'listed', n.metres, null, n.id, n.address, n.city, null, n.price,
        n.covered_area_m2 / 0.09290304, null, null
      from (/*use boxes_around s.latitude, s.longitude, v_metres*/) b
      cross join lateral (
        select l.*, /*use metres l.latitude::float8, l.longitude::float8, s.latitude, b.longitude*/ as metres
        from public.properties_live l
        where /*use place_of l*/ <@ b.area and l.status = 'active'
        offset 0
      ) n
      where n.metres <= v_metres and n.operation_type = 'sale' and n.currency = 'USD' and n.price > 0
        and n.covered_area_m2 / 0.09290304 between s.area * (1 - v_share) and s.area * (1 + v_share)
    ) k
    where s.problem is null
  ), counted as (
    select subject, count(*) filter (where basis = 'sold') as sales,
      count(*) filter (where basis = 'left out') as left_out
    from found
    group by subject
  ), ranked as (
    select *,
      row_number() over (partition by subject, basis order by metres, coalesce(parcel, listing)) as nth
    from found
    where basis <> 'left out'
  )
  select s.subject, s.problem,
    case when c.sales >= 3 and s.year_built is not null then 'enough' else 'low' end, coalesce(c.sales, 0),
    coalesce(c.left_out, 0), r.basis, r.metres, r.parcel, r.listing, r.address, r.city, r.day, r.price,
    round(r.price / r.area, 2), round(r.area, 2), r.year_built, r.qualification
  from subjects s
  left join counted c on c.subject = s.subject
  left join ranked r on r.subject = s.subject and r.nth <= v_most
  order by s.subject, r.basis desc, r.metres, coalesce(r.parcel, r.listing);
end
$$;
