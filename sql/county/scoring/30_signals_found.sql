-- What the records say of parcels now, as SQL texts over a relation `due` (id, state, county_fips, latitude,
-- longitude as float8): no text depends on the day.

-- The rows of a table that are of parcels of a relation, as a relation `t`: looked up for each of a few, or
-- all
-- joined at once, whatever statistics say.
create function property_manager.rows_of_due(p_table text, p_key text, p_few boolean,
  p_due text default 'due d')
returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_few
    then format('%s cross join lateral (select * from %s x where x.%I = d.id offset 0) t', p_due, p_table,
      p_key)
    else format('%s join %s t on t.%I = d.id', p_due, p_table, p_key) end
$$;

-- The signals of single records: (property_id, nth, value, day, record). A sale, case or foreclosure whose
-- status
-- nobody knows counts unless another one is stated; a certificate only while it is unpaid.
create function property_manager.event_signals_sql(p_few boolean) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_signal record;
  v_text   text := $sql$
    select t.property_id, e.nth, null::numeric as value, t.sale_date as day, t.id as record
    from [tax_sales]
    cross join lateral (values ({tax_sale}), ({tax_sale_day})) e (nth)
    where t.is_active and coalesce(t.status, 'unknown') not in ('sold', 'redeemed', 'canceled')
      and (e.nth = {tax_sale} or t.sale_date is not null)
    union all
    select t.property_id, e.nth, e.value, t.auction_date, t.id
    from [foreclosures]
    cross join lateral (values ({foreclosure}, null), ({judgment}, t.default_amount), ({auction_set}, null),
      ({foreclosure_day}, null)) e (nth, value)
    where t.is_active and coalesce(t.status, 'unknown') not in ('sold', 'redeemed', 'canceled')
      and case e.nth when {foreclosure} then true when {judgment} then e.value is not null
        else t.auction_date is not null end
    union all
    select t.property_id, e.nth, e.value, e.day, t.id
    from [code_violations]
    cross join lateral (values ({open_case}, null, t.opened_on), ({recent_case}, null, t.opened_on),
      ({case_due}, null, t.due_on), ({closed_case}, null, t.closed_on),
      ({code_lien}, t.lien_amount, coalesce(t.closed_on, t.opened_on))) e (nth, value, day)
    where t.is_active and case
      when e.nth = {code_lien} then e.value is not null
      when t.status = 'closed' then e.nth = {closed_case}
      when e.nth = {closed_case} then false
      else e.nth = {open_case} or e.day is not null end
    union all
    select c.property_id, e.nth, e.value, e.day, e.record
    from (
      select t.property_id, greatest(1, count(distinct t.tax_year)) as years, min(t.issued_on) as oldest,
        max(t.issued_on) as newest, array_agg(t.id order by t.issued_on nulls first, t.id) as ids
      from [tax_certificates]
      where t.is_active and t.status = 'unpaid'
      group by t.property_id
    ) c
    cross join lateral (values ({unpaid_taxes}, c.years::numeric, c.newest, c.ids[cardinality(c.ids)]),
      ({old_certificate}, null, c.oldest, c.ids[1]),
      ({recent_certificate}, null, c.newest, c.ids[cardinality(c.ids)])) e (nth, value, day, record)
    where e.nth = {unpaid_taxes} or e.day is not null$sql$;
begin
  for v_signal in select s.signal, s.nth, s.kind from property_manager.score_signals() s loop
    v_text := replace(v_text, format('{%s}', v_signal.signal), v_signal.nth::text);
    v_text := replace(v_text, format('[%s]', v_signal.kind),
      property_manager.rows_of_due('county.' || v_signal.kind, 'property_id', p_few));
  end loop;
  return v_text;
end
$$;

-- How many open cases of others are within so many metres of each parcel: (id, cases). The squares of 0.0025
-- degrees that a circle touches are looked up, and what is in them is measured: around each of a few parcels,
-- or,
-- for all of them, around each case, as these are fewer.
create function property_manager.cases_near_sql(p_metres integer, p_few boolean) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format($sql$
    select d.id, count(*) as cases
    from %s
    where c.property_id is distinct from d.id
      and /*use metres d.latitude, d.longitude, c.latitude, c.longitude*/ <= %s
    group by d.id$sql$,
    case when p_few then format($sql$due d
    cross join lateral /*use cells_around d.latitude, d.longitude, %1$s*/ o
    cross join lateral (
      select * from property_manager.open_cases c
      where c.cell_latitude = o.latitude and c.cell_longitude = o.longitude offset 0) c$sql$, p_metres)
    else format($sql$(select property_id, latitude, longitude, o_latitude, o_longitude
      from property_manager.open_cases c
      cross join lateral /*use cells_around c.latitude, c.longitude, %1$s*/ o (o_latitude, o_longitude)
      offset 0) c
    join due d on floor(d.latitude * 400)::integer = c.o_latitude
      and floor(d.longitude * 400)::integer = c.o_longitude$sql$, p_metres) end, p_metres)
$$;

-- The newest appraiser record of each parcel of a relation `due`: looked up for each of a few, or all read
-- once.
create function property_manager.appraised_sql(p_few boolean) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format($sql$
    select r.property_id, r.id, r.absentee, r.last_sale_date, nullif(greatest(r.market_value, 0),
      0) as market_value,
      r.lien_amount, nullif(greatest(r.living_area_sqft, 0), 0) as living_area_sqft, r.taxes, r.use_code
    from %s r$sql$,
    case when p_few then $sql$due d cross join lateral (
      select * from county.property_records r where r.property_id = d.id and r.is_active
      order by r.roll_year desc, r.id limit 1)$sql$
    else $sql$(select distinct on (property_id) * from county.property_records where is_active
      order by property_id, roll_year desc, id)$sql$ end)
$$;

-- What is known of each parcel as a whole: its id, the appraiser record that was read and one column for each
-- signal that is not of single records, null where it is missing. Market value is neither the assessed nor
-- the taxable one; equity takes a lien amount that somebody stated.
create function property_manager.parcel_signals_sql(p_metres integer, p_few boolean) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format($sql$
    select d.id, d.parcel_id_normalized, r.id as record, r.absentee::integer as absentee,
      r.last_sale_date as long_ownership, r.market_value,
      round((r.market_value - r.lien_amount) / r.market_value, 4) as equity,
      round(1 - r.market_value / r.living_area_sqft / n.price_per_sqft, 4) as below_neighbours,
      round(r.taxes / r.market_value, 4) as tax_rate, n.turnover,
      case when k.code_violations and d.latitude is not null then coalesce(v.cases, 0) end as open_cases_near,
      k.tax_sales, k.tax_certificates, k.foreclosures, k.code_violations,
      floor(d.latitude * 400)::integer as cell_latitude, floor(d.longitude * 400)::integer as cell_longitude
    from due d
    join counties k on k.state = d.state and k.county_fips = d.county_fips
    left join (%s) r on r.property_id = d.id
    left join %s
    left join (%s) v on v.id = d.id
    offset 0$sql$, property_manager.appraised_sql(p_few), format(case when p_few
        then 'lateral (select * from property_manager.neighbourhoods n where %s offset 0) n on true'
        else 'property_manager.neighbourhoods n on %s' end,
      'n.state = d.state and n.county_fips = d.county_fips and n.use_code = r.use_code
        and n.latitude = floor(d.latitude * 100)::integer
          and n.longitude = floor(d.longitude * 100)::integer'),
    property_manager.cases_near_sql(p_metres, p_few))
$$;
