-- The same sums by one statement, as somebody would write it by hand for the weights that come with the program:
-- components, total and tier of each parcel, and no reason.
create table statement_scores as
with appraised as (
  select distinct on (r.property_id) r.* from county.property_records r where r.is_active
  order by r.property_id, r.roll_year desc, r.id
), parcels as (
  select p.id, p.latitude::float8 as latitude, p.longitude::float8 as longitude,
    nullif(greatest(r.market_value, 0), 0) as market_value, nullif(greatest(r.living_area_sqft, 0), 0) as area,
    r.lien_amount, r.taxes, r.use_code, r.last_sale_date, r.absentee
  from county.properties p left join appraised r on r.property_id = p.id
  where p.is_active
), around as (
  select floor(latitude * 100) as a, floor(longitude * 100) as o, use_code,
    case when count(market_value / area) >= 5
      then round((percentile_cont(0.5) within group (order by (market_value / area)::float8))::numeric, 4) end as price,
    case when count(*) >= 5 then round(avg(coalesce(last_sale_date between date '2026-01-15' - 365
      and date '2026-01-15', false)::integer), 4) end as turnover
  from parcels where use_code is not null group by 1, 2, 3
), open_cases as (
  select c.property_id, coalesce(c.latitude, p.latitude)::float8 as latitude,
    coalesce(c.longitude, p.longitude)::float8 as longitude
  from county.code_violations c left join county.properties p on p.id = c.property_id
  where c.is_active and c.status = 'open'
), near as (
  select p.id, count(*) as cases
  from (
    select c.*, a, o
    from open_cases c
    cross join generate_series(floor((c.latitude - 250 / 110574.0) * 400)::integer,
      floor((c.latitude + 250 / 110574.0) * 400)::integer) a
    cross join generate_series(floor((c.longitude - 250 / (111319 * cos(radians(c.latitude)))) * 400)::integer,
      floor((c.longitude + 250 / (111319 * cos(radians(c.latitude)))) * 400)::integer) o offset 0) c
  join parcels p on floor(p.latitude * 400)::integer = c.a and floor(p.longitude * 400)::integer = c.o
  where c.property_id is distinct from p.id and 111319.49079327358 * sqrt(((p.latitude - c.latitude) ^ 2
      * 0.9866560547431698 / (0.9966528100049293 + 0.0033471899950707 * cos(radians(p.latitude + c.latitude))) ^ 2
      + (p.longitude - c.longitude) ^ 2 * (1 + cos(radians(p.latitude + c.latitude))) / 2)
    / (0.9966528100049293 + 0.0033471899950707 * cos(radians(p.latitude + c.latitude)))) <= 250
  group by p.id
), troubles as (
  select property_id, tax, court, code, auction, due, recent, 0 as old
  from (
    select property_id, round((40 * power(0.5::float8, greatest(date '2026-01-15' - sale_date, 0) / 30 * 30 / 365::float8))
        ::numeric, 2) as tax, 0 as court, 0 as code,
      case when sale_date < date '2026-01-15' then 0 when sale_date - date '2026-01-15' < 8 then 60
        when sale_date - date '2026-01-15' < 31 then 45 when sale_date - date '2026-01-15' < 91 then 30 else 15 end as auction,
      0 as due, 0 as recent
    from county.tax_sales where is_active and status not in ('sold', 'redeemed', 'canceled')
    union all
    select property_id, 0, round((40 * h)::numeric, 2) + case when auction_date is null then 0 else round((5 * h)::numeric, 2) end
        + case when default_amount >= 100000 then round((10 * h)::numeric, 2) else 0 end, 0,
      case when auction_date is null or auction_date < date '2026-01-15' then 0
        when auction_date - date '2026-01-15' < 8 then 60 when auction_date - date '2026-01-15' < 31 then 45
        when auction_date - date '2026-01-15' < 91 then 30 else 15 end, 0, 0
    from county.foreclosures
    cross join lateral (select power(0.5::float8,
      coalesce(greatest(date '2026-01-15' - auction_date, 0) / 30 * 30, 0) / 180::float8)) d (h)
    where is_active and status not in ('sold', 'redeemed', 'canceled')
    union all
    select property_id, 0, 0, case when status = 'open'
        then round((15 * power(0.5::float8, (date '2026-01-15' - opened_on) / 30 * 30 / 365::float8))::numeric, 2)
        else round((5 * power(0.5::float8, greatest(date '2026-01-15' - closed_on, 0) / 30 * 30 / 180::float8))::numeric, 2)
      end + case when lien_amount >= 0.01 then 10 else 0 end, 0,
      case when status = 'open' and due_on < date '2026-01-15' then 20
        when status = 'open' and due_on - date '2026-01-15' < 31 then 15 else 0 end,
      case when status <> 'open' then 0 when date '2026-01-15' - opened_on < 30 then 10
        when date '2026-01-15' - opened_on < 91 then 5 else 0 end
    from county.code_violations where is_active
  ) t
  union all
  select property_id, round((case when years >= 3 then 50 when years = 2 then 40 else 25 end
      * power(0.5::float8, (date '2026-01-15' - newest) / 30 * 30 / 1095::float8))::numeric, 2), 0, 0, 0, 0,
    case when date '2026-01-15' - newest < 30 then 10 when date '2026-01-15' - newest < 91 then 5 else 0 end,
    case when oldest between date '2019-01-16' and date '2024-01-15' then 15 else 0 end
  from (
    select property_id, count(distinct tax_year) as years, min(issued_on) as oldest, max(issued_on) as newest
    from county.tax_certificates where is_active and status = 'unpaid' group by property_id) c
), summed as (
  select property_id, sum(tax) as tax, sum(court) as court, sum(code) as code, sum(auction) as auction, sum(due) as due,
    sum(recent) as recent, sum(old) as old
  from troubles group by property_id
), scored as (
  select p.id,
    least(100, least(60, coalesce(s.tax, 0)) + least(60, coalesce(s.court, 0)) + least(35, coalesce(s.code, 0))
      + case when p.absentee then 10 when p.absentee is null then 5 else 0 end
      + case when p.last_sale_date is null then 2.5 when p.last_sale_date <= date '2011-01-15' then 5
        when p.last_sale_date <= date '2016-01-15' then 3 else 0 end
      + (array[0, 0, 10, 15])[1 + (coalesce(s.tax, 0) > 0)::integer + (coalesce(s.court, 0) > 0)::integer
        + (coalesce(s.code, 0) > 0)::integer]) as distress,
    case when p.market_value is null then 15 when p.market_value < 50000 then 5 when p.market_value < 100000 then 15
        when p.market_value < 400000 then 30 when p.market_value < 750000 then 15 else 5 end
      + case when p.lien_amount is null or p.market_value is null then 15 when e.equity < 0 then 0
        when e.equity < 0.3 then 10 when e.equity < 0.5 then 20 else 30 end
      + case when e.below is null then 12.5 when e.below < 0 then 0 when e.below < 0.1 then 8 when e.below < 0.25 then 16
        else 25 end
      + case when e.rate is null then 7.5 when e.rate < 0.015 then 15 else 0 end as value,
    50 + case when n.cases >= 3 then 25 when n.cases >= 1 then 12 else 0 end
      + case when a.turnover >= 0.05 then 25 when a.turnover >= 0.02 then 12 else 0 end as location,
    least(100, least(70, coalesce(s.auction, 0)) + least(25, coalesce(s.due, 0)) + least(10, coalesce(s.recent, 0))
      + coalesce(s.old, 0)) as urgency
  from parcels p
  left join summed s on s.property_id = p.id
  left join near n on n.id = p.id
  left join around a on a.a = floor(p.latitude * 100) and a.o = floor(p.longitude * 100) and a.use_code = p.use_code
  cross join lateral (select round((p.market_value - p.lien_amount) / p.market_value, 4),
    round(1 - p.market_value / p.area / a.price, 4), round(p.taxes / p.market_value, 4)) e (equity, below, rate)
)
select id, distress, value, location, urgency, total,
  case when total >= 75 then 'A' when total >= 60 then 'B' when total >= 40 then 'C' else 'D' end as tier
from (select *, round(0.35 * distress + 0.30 * value + 0.20 * location + 0.15 * urgency, 2) as total from scored) t;
