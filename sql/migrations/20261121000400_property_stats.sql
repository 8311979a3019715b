-- Figures per (property_type, operation_type, city). Read through property_statistics(), never exposed itself.
create materialized view public.property_stats as
select
  left(coalesce(property_type, ''), 200) as property_type,
  left(coalesce(operation_type, ''), 200) as operation_type,
  left(coalesce(city, ''), 200) as city,
  left(coalesce(currency, ''), 10) as currency,
  count(*) as total_count,
  round(avg(price), 2) as avg_price,
  min(price) as min_price,
  max(price) as max_price,
  round(avg(coalesce(total_area_m2, covered_area_m2, lot_size_m2)), 2) as avg_area,
  count(*) filter (where status = 'active') as active_count
from public.properties_live
group by 1, 2, 3, 4;
-- the index is what lets a refresh go on beside readers
create unique index property_stats_key on public.property_stats (property_type, operation_type, city, currency);

-- What the views were last refreshed from.
create table property_manager.view_refreshes (
  view_name    text primary key,
  position     bigint not null,
  refreshed_at timestamptz not null,
  duration_ms  bigint not null
);
grant select on property_manager.view_refreshes to service_role;
