-- Whether county records are what they should be: checks over live, each a row of data.

-- The checks of a kind of record r, by the characteristics of ISO/IEC 25012: which records are judged, which
-- of these are bad, what an example says; a share of bad ones above `warn_above` warns, above `fail_above`
-- fails.
-- In conditions $1 are the sources of the county that have the kind, and now() is the day.
create function property_manager.county_checks()
returns table (kind text, place bigint, check_name text, characteristic text, what text, judged text,
  bad text, says text, warn_above numeric, fail_above numeric)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  with of_records as (
    select k.kind from (values ('tax_sales'), ('tax_certificates'), ('foreclosures'), ('property_records'),
      ('code_violations')) k (kind)
  ), listed (kind, check_name, characteristic, what, judged, bad, says, warn_above, fail_above) as (
    values
    ('properties', 'address', 'completeness', 'parcels without an address', 'true',
      'coalesce(r.address_normalized, r.address) is null', $q$'no address'$q$, 0.1, 0.5),
    ('properties', 'coordinates', 'completeness', 'parcels without coordinates', 'true',
      'r.latitude is null or r.longitude is null', $q$'no coordinates'$q$, 0.05, 0.5),
    ('properties', 'places', 'validity', 'coordinates outside of the United States',
      'r.latitude is not null and r.longitude is not null',
      'r.latitude not between 17 and 72 or (r.longitude between -64 and 144 or r.longitude < -180)',
      $q$r.latitude || ', ' || r.longitude$q$, 0, 0.001),
    ('properties', 'values', 'completeness', 'parcels of which no appraiser states a market value',
      'exists (select from county.property_records)', 'not exists (
        select from county.property_records v
        where v.property_id = r.id and v.is_active and v.market_value > 0)', $q$'no value'$q$, 0.05, 0.5),
    ('properties', 'scores', 'completeness', 'parcels without a score as a lead',
      'exists (select from county.lead_scores)',
      'not exists (select from county.lead_scores s where s.property_id = r.id)', $q$'no score'$q$,
      0.01, 0.1),
    ('tax_sales', 'dates', 'completeness', 'sales without a day', 'true', 'r.sale_date is null',
      'r.deed_status', 0.1, 0.5),
    ('tax_sales', 'dates in range', 'validity', 'sales before 1990 or more than two years ahead',
      'r.sale_date is not null',
      $q$r.sale_date < '1990-01-01' or r.sale_date > now() + interval '2 years'$q$, 'r.sale_date::text',
      0, 0.01),
    ('tax_sales', 'amounts', 'validity', 'amounts below nothing or above a billion',
      'coalesce(r.opening_bid, r.sale_amount, r.assessed_value) is not null',
      'least(r.opening_bid, r.sale_amount, r.assessed_value) < 0
        or greatest(r.opening_bid, r.sale_amount, r.assessed_value) > 1e9',
      $q$concat_ws(', ', r.opening_bid, r.sale_amount, r.assessed_value)$q$, 0, 0.01),
    ('tax_sales', 'statuses', 'freshness', 'sales still scheduled a month after their day',
      $q$r.status = 'scheduled' and r.sale_date is not null$q$,
      $q$r.sale_date < now() - interval '30 days'$q$,
      $q$'scheduled for ' || r.sale_date$q$, 0.05, 0.5),
    ('tax_certificates', 'years', 'validity', 'tax years before 1950 or to come', 'r.tax_year is not null',
      'r.tax_year not between 1950 and extract(year from now()) + 1', 'r.tax_year::text', 0, 0.01),
    ('tax_certificates', 'amounts', 'validity', 'amounts below nothing or above a billion',
      'coalesce(r.gross_taxes, r.face_value, r.payoff_amount) is not null',
      'least(r.gross_taxes, r.face_value, r.payoff_amount) < 0
        or greatest(r.gross_taxes, r.face_value, r.payoff_amount) > 1e9',
      $q$concat_ws(', ', r.gross_taxes, r.face_value, r.payoff_amount)$q$, 0, 0.01),
    ('tax_certificates', 'order of dates', 'consistency', 'certificates paid before they were issued',
      'r.issued_on is not null and r.paid_on is not null', 'r.paid_on < r.issued_on',
      $q$'issued ' || r.issued_on || ', paid ' || r.paid_on$q$, 0, 0.01),
    ('foreclosures', 'amounts stated', 'completeness', 'cases without the amount of their judgment', 'true',
      'r.default_amount is null', 'r.auction_status', 0.2, 0.8),
    ('foreclosures', 'dates in range', 'validity', 'auctions before 1990 or more than two years ahead',
      'r.auction_date is not null',
      $q$r.auction_date < '1990-01-01' or r.auction_date > now() + interval '2 years'$q$,
      'r.auction_date::text', 0, 0.01),
    ('foreclosures', 'amounts', 'validity', 'amounts below nothing or above a billion',
      'coalesce(r.default_amount, r.opening_bid, r.sold_amount, r.assessed_value) is not null',
      'least(r.default_amount, r.opening_bid, r.sold_amount, r.assessed_value) < 0
        or greatest(r.default_amount, r.opening_bid, r.sold_amount, r.assessed_value) > 1e9',
      $q$concat_ws(', ', r.default_amount, r.opening_bid, r.sold_amount, r.assessed_value)$q$, 0, 0.01),
    ('foreclosures', 'statuses', 'freshness', 'auctions still scheduled a month after their day',
      $q$r.status = 'scheduled' and r.auction_date is not null$q$,
      $q$r.auction_date < now() - interval '30 days'$q$, $q$'scheduled for ' || r.auction_date$q$, 0.05, 0.5),
    ('property_records', 'market values', 'completeness', 'records without a market value', 'true',
      'r.market_value is null', $q$'no market value'$q$, 0.01, 0.2),
    ('property_records', 'amounts', 'validity', 'amounts below nothing, or values above ten billion',
      'coalesce(r.market_value, r.assessed_value, r.taxable_value, r.taxes, r.lien_amount) is not null',
      'least(r.market_value, r.assessed_value, r.taxable_value, r.land_value, r.taxes, r.lien_amount) < 0
        or greatest(r.market_value, r.assessed_value, r.taxable_value, r.land_value) > 1e10',
      $q$concat_ws(', ', r.market_value, r.assessed_value, r.taxable_value, r.taxes, r.lien_amount)$q$,
      0, 0.001),
    -- a cap holds the assessed value below the market's; above it, columns were confused or a year is another
    ('property_records', 'assessed value', 'consistency', 'assessed values above the market value',
      'r.market_value > 0 and r.assessed_value is not null', 'r.assessed_value > r.market_value * 1.01',
      $q$'assessed ' || r.assessed_value || ', market ' || r.market_value$q$, 0.01, 0.2),
    ('property_records', 'taxable value', 'consistency', 'taxable values above the assessed value',
      'r.assessed_value is not null and r.taxable_value is not null',
      'r.taxable_value > r.assessed_value * 1.001',
      $q$'taxable ' || r.taxable_value || ', assessed ' || r.assessed_value$q$, 0.001, 0.05),
    ('property_records', 'years', 'validity', 'roll years or years of building that cannot be', 'true',
      'r.roll_year not between 1990 and extract(year from now()) + 1
        or r.year_built not between 1600 and extract(year from now()) + 2',
      $q$'roll ' || r.roll_year || coalesce(', built ' || r.year_built, '')$q$, 0.001, 0.01),
    ('property_records', 'dates in range', 'validity', 'last sales before 1900 or to come',
      'r.last_sale_date is not null',
      $q$r.last_sale_date < '1900-01-01' or r.last_sale_date > now() + interval '1 day'$q$,
      'r.last_sale_date::text', 0.001, 0.01),
    ('code_violations', 'dates in range', 'validity', 'cases opened or closed before 1950 or to come',
      'coalesce(r.opened_on, r.closed_on) is not null',
      $q$least(r.opened_on, r.closed_on) < '1950-01-01'
        or greatest(r.opened_on, r.closed_on) > now() + interval '1 day'$q$,
      $q$concat_ws(', ', r.opened_on, r.closed_on)$q$, 0, 0.01),
    ('code_violations', 'order of dates', 'consistency', 'cases closed before they opened, or yet open',
      'r.closed_on is not null', $q$r.closed_on < r.opened_on or r.status = 'open'$q$,
      $q$concat_ws(', ', 'opened ' || r.opened_on, 'closed ' || r.closed_on, r.status)$q$, 0.001, 0.05)
    union all
    select k.kind, 'parcels', 'consistency', 'records that wait for their parcel', 'true',
      'r.property_id is null',
      $q$'waits since ' || r.created_at::date || ', id ' || coalesce(r.parcel_id, 'none')$q$, 0.05, 0.5
    from of_records k
    union all
    select k.kind, 'long waiting', 'consistency', 'records that have waited for their parcel for two weeks',
      'true', $q$r.property_id is null and r.created_at < now() - interval '14 days'$q$,
      $q$'waits since ' || r.created_at::date || ', id ' || coalesce(r.parcel_id, 'none')$q$, 0.02, 0.2
    from of_records k
    union all
    select k.kind, 'keys', 'uniqueness', 'records that another source of the county has too',
      'cardinality($1) > 1', format('exists (
        select from county.%I o
        where o.source = any ($1) and o.source <> r.source and o.record_id = r.record_id and o.is_active)',
        k.kind), $q$'also of another source'$q$, 0, 0.05
    from of_records k
  )
  select l.kind, row_number() over (partition by l.kind order by l.characteristic, l.check_name, l.what),
    l.check_name, l.characteristic, l.what, l.judged, l.bad, l.says, l.warn_above, l.fail_above
  from listed l
$$;

-- The first records of a county that a check finds bad: {source, record_id, says} each.
create function property_manager.check_examples(p_kind text, p_judged text, p_bad text, p_says text,
  p_sources text[], p_most integer) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  v_examples jsonb;
begin
  execute format('select jsonb_agg(jsonb_build_object(''source'', e.source, ''record_id'', e.record_id,
      ''says'', e.says) order by e.source, e.record_id)
    from (
      select r.source, r.record_id, left(%s, 200) as says from county.%I r
      where r.is_active and r.source = any ($1) and (%s) and (%s)
      order by r.source, r.record_id limit $2) e', p_says, p_kind, p_judged, p_bad)
  into v_examples using p_sources, p_most;
  return coalesce(v_examples, '[]');
end
$$;

-- Every check of the active records of each county, or one: how many are judged and how many of these are
-- bad, with the first p_most of them. One reading of a kind's records does for all of its checks.
create function api.county_check_data(p_county text, p_most integer)
returns table (county text, kind text, check_name text, characteristic text, what text, bad bigint,
  judged bigint, warn_above numeric, fail_above numeric, examples jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set jit = off as $$
#variable_conflict use_column
declare
  v_of     record;
  v_bad    bigint[];
  v_judged bigint[];
  v_scored constant boolean := to_regclass('county.lead_scores') is not null;
begin
  if p_county is not null and property_manager.county_sources(p_county) = '{}' then
    raise exception 'no records of a county "%" were loaded', p_county
      using errcode = 'PMNOF', hint = 'see county runs';
  end if;
  for v_of in
    select split_part(f.name, '.', 1) as county, f.facts ->> 'records' as kind, array_agg(f.name) as sources
    from public.sources f
    where f.name = any (property_manager.county_sources(p_county))
    group by 1, 2
    order by 1, 2
  loop
    execute (
      select format('select array[%s], array[%s] from county.%I r where r.is_active and r.source = any ($1)',
        string_agg(format('count(*) filter (where (%s) and (%s))', c.judged, c.bad), ', ' order by c.place),
        string_agg(format('count(*) filter (where %s)', c.judged), ', ' order by c.place), v_of.kind)
      from property_manager.county_checks() c
      where c.kind = v_of.kind and (v_scored or c.check_name <> 'scores'))
    into v_bad, v_judged using v_of.sources;
    return query
    select v_of.county, c.kind, c.check_name, c.characteristic, c.what, n.bad, n.judged, c.warn_above,
      c.fail_above, case when n.bad = 0 then '[]' else property_manager.check_examples(c.kind, c.judged,
        c.bad, c.says, v_of.sources, p_most) end
    from unnest(v_bad, v_judged) with ordinality n (bad, judged, nth)
    join (
      select k.*, row_number() over (order by k.place) as nth
      from property_manager.county_checks() k
      where k.kind = v_of.kind and (v_scored or k.check_name <> 'scores')) c using (nth)
    order by c.place;
  end loop;
end
$$;

-- The layers of each county, or one: when they are to be loaded, when a load of them last went live in whole
-- or in part, and how their last load went.
create function api.county_layers(p_county text)
returns table (county text, layer text, schedule text, time_zone text, last_good_at timestamptz,
  last_status text, last_at timestamptz, processed bigint, failed bigint, error_message text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with layers as (
    select split_part(f.name, '.', 1) as county, split_part(f.name, '.', 2) as layer,
      min(f.facts ->> 'schedule') as schedule, min(f.facts ->> 'time_zone') as time_zone
    from public.sources f
    where f.name = any (property_manager.county_sources(p_county))
    group by 1, 2
    union
    select distinct r.county, r.layer, null, null
    from county.data_ingestion_runs r
    where (p_county is null or r.county = p_county)
      and not exists (
        select from public.sources f
        where f.name = any (property_manager.county_sources(p_county))
          and split_part(f.name, '.', 1) = r.county and split_part(f.name, '.', 2) = r.layer)
  )
  select y.county, y.layer, y.schedule, y.time_zone, g.started_at, l.status, l.started_at, l.processed,
    l.failed, l.error_message
  from layers y
  left join lateral (
    select r.started_at from county.data_ingestion_runs r
    where r.county = y.county and r.layer = y.layer and r.status in ('success', 'partial')
    order by r.started_at desc limit 1) g on true
  left join lateral (
    select r.* from county.data_ingestion_runs r
    where r.county = y.county and r.layer = y.layer and r.status <> 'running'
    order by r.started_at desc limit 1) l on true
  order by y.county, y.layer
$$;
