-- One county of :parcels parcels within 60 by 60 kilometres, and three records of trouble to each; the same
-- numbers give the same county.
create function pg_temp.draw(p_n bigint, p_salt integer, p_most integer) returns integer
language sql immutable as $$ select (hashint8extended(p_n, p_salt) & 2147483647)::integer % p_most $$;

insert into county.properties (id, source, record_id, state, county_fips, parcel_id_normalized, city, latitude,
  longitude, change_set_id)
select md5('parcel ' || n)::uuid, 'bench', n::text, 'FL', '12095', lpad(n::text, 15, '0'),
  (array['Orlando', 'Apopka', 'Ocoee', 'Winter Park'])[1 + pg_temp.draw(n, 1, 4)],
  28.3 + pg_temp.draw(n, 2, 540000) / 1000000.0, -81.7 + pg_temp.draw(n, 3, 610000) / 1000000.0, 0
from generate_series(1, :parcels) n;

insert into county.property_records (source, record_id, property_id, state, county_fips, parcel_id_normalized, roll_year,
  market_value, assessed_value, taxable_value, taxes, use_code, living_area_sqft, last_sale_date, lien_amount, absentee,
  change_set_id)
select 'bench', n::text, md5('parcel ' || n)::uuid, 'FL', '12095', lpad(n::text, 15, '0'), 2025,
  case when pg_temp.draw(n, 4, 50) > 0 then 40000 + pg_temp.draw(n, 5, 700000) end, 30000 + pg_temp.draw(n, 6, 300000),
  20000 + pg_temp.draw(n, 7, 200000), 500 + pg_temp.draw(n, 8, 9000),
  (array['0100', '0100', '0100', '0400'])[1 + pg_temp.draw(n, 9, 4)],
  case when pg_temp.draw(n, 10, 20) > 0 then 700 + pg_temp.draw(n, 11, 3000) end,
  case when pg_temp.draw(n, 12, 10) > 0 then date '2026-01-15' - pg_temp.draw(n, 13, 9000) end,
  case when pg_temp.draw(n, 14, 5) = 0 then pg_temp.draw(n, 15, 400000) end,
  case when pg_temp.draw(n, 16, 10) > 0 then pg_temp.draw(n, 17, 3) = 0 end, 0
from generate_series(1, :parcels) n;

insert into county.tax_certificates (source, record_id, property_id, state, county_fips, certificate_number, tax_year,
  status, issued_on, change_set_id)
select 'bench', n::text, md5('parcel ' || 1 + pg_temp.draw(n, 21, :parcels))::uuid, 'FL', '12095', n::text,
  2015 + pg_temp.draw(n, 22, 10), (array['unpaid', 'paid'])[1 + pg_temp.draw(n, 23, 2)],
  make_date(2016 + pg_temp.draw(n, 22, 10), 6, 1), 0
from generate_series(1, :parcels * 12 / 10) n;

insert into county.code_violations (source, record_id, property_id, state, county_fips, case_number, status, opened_on,
  closed_on, due_on, lien_amount, latitude, longitude, change_set_id)
select 'bench', n::text, p.id, 'FL', '12095', n::text, case when d.is_open then 'open' else 'closed' end,
  date '2026-01-15' - pg_temp.draw(n, 32, 900) - 1, case when not d.is_open then date '2026-01-15' - pg_temp.draw(n, 32, 900) end,
  case when d.is_open and n % 3 = 0 then date '2026-01-15' + pg_temp.draw(n, 34, 90) - 45 end,
  case when n % 20 = 0 then pg_temp.draw(n, 35, 5000) end,
  case when n % 2 = 0 then p.latitude end, case when n % 2 = 0 then p.longitude end, 0
from generate_series(1, :parcels * 12 / 10) n
cross join lateral (select pg_temp.draw(n, 33, 10) = 0 as is_open) d
join county.properties p on p.id = md5('parcel ' || 1 + pg_temp.draw(n, 31, :parcels))::uuid;

insert into county.foreclosures (source, record_id, property_id, state, county_fips, case_number, status, auction_date,
  default_amount, change_set_id)
select 'bench', n::text, md5('parcel ' || 1 + pg_temp.draw(n, 41, :parcels))::uuid, 'FL', '12095', n::text,
  (array['scheduled', 'scheduled', 'sold', 'canceled'])[1 + pg_temp.draw(n, 42, 4)],
  case when n % 10 > 0 then date '2026-01-15' + pg_temp.draw(n, 43, 400) - 250 end, pg_temp.draw(n, 44, 400000), 0
from generate_series(1, :parcels * 3 / 10) n;

insert into county.tax_sales (source, record_id, property_id, state, county_fips, tda_number, status, sale_date,
  change_set_id)
select 'bench', n::text, md5('parcel ' || 1 + pg_temp.draw(n, 51, :parcels))::uuid, 'FL', '12095', n::text,
  (array['scheduled', 'lands_available', 'sold', 'redeemed'])[1 + pg_temp.draw(n, 52, 4)],
  date '2026-01-15' + pg_temp.draw(n, 53, 400) - 250, 0
from generate_series(1, :parcels * 3 / 10) n;
