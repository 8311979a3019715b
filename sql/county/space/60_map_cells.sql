-- The cells of the map of parcels: counted anew when somebody looks and they are of the past.

-- Open code cases and auctions to come, each where its source or else its parcel says, with its parcel.
create view property_manager.county_events as
select e.what, e.id, e.parcel, coalesce(e.latitude, p.latitude) as latitude,
  coalesce(e.longitude, p.longitude) as longitude, e.title, e.day
from (
  select 'case' as what, c.id, c.property_id as parcel, c.latitude, c.longitude,
    concat_ws(' ', 'Code case', c.case_number, c.case_type) as title, c.opened_on as day
  from county.code_violations c
  where c.is_active and c.status = 'open'
  union all
  select 'auction', t.id, t.property_id, t.latitude, t.longitude, 'Tax deed sale ' || t.tda_number,
    t.sale_date
  from county.tax_sales t
  where t.is_active and t.status = 'scheduled' and t.sale_date >= current_date
  union all
  select 'auction', f.id, f.property_id, f.latitude, f.longitude, 'Foreclosure ' || f.case_number,
    f.auction_date
  from county.foreclosures f
  where f.is_active and f.status = 'scheduled' and f.auction_date >= current_date
) e
left join county.properties p on p.id = e.parcel and e.latitude is null;

-- Counts the cells anew where something has changed since, at most once a minute, by one at a time: others
-- see what was counted before. A database that only reads shows what it has.
create function property_manager.recount_county_map() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
declare
  v_standing constant text := (select concat_ws(' ', f.position, s.scored_at, current_date)
    from property_manager.feed f cross join property_manager.scoring s);
begin
  if pg_is_in_recovery() or current_setting('transaction_read_only')::boolean
    or exists (select from property_manager.county_map m
      where m.standing = v_standing or m.counted_at > clock_timestamp() - interval '1 minute')
    or not pg_try_advisory_xact_lock(hashtext('property_manager.county_map')) then
    return;
  end if;
  delete from property_manager.county_cells;
  insert into property_manager.county_cells (level, x, y, what, things, x_sum, y_sum)
  select k.level, c.x >> (16 - k.level), c.y >> (16 - k.level), c.what, sum(c.things), sum(c.x_sum),
    sum(c.y_sum)
  from (
    select t.x >> 14 as x, t.y >> 14 as y, t.what, count(*) as things, sum(t.x) as x_sum, sum(t.y) as y_sum
    from (
      select n.what, floor((n.longitude::float8 + 180) / 360 * 1073741823)::integer as x,
        floor((0.5 - asinh(tan(radians(n.latitude::float8))) / (2 * pi())) * 1073741824)::integer as y
      from (
        select coalesce(s.tier, 'none') as what, p.latitude, p.longitude
        from county.properties p
        left join county.lead_scores s on s.property_id = p.id
        where p.is_active
        union all
        select e.what, e.latitude, e.longitude from property_manager.county_events e
      ) n
      where n.latitude between -85 and 85 and n.longitude is not null
    ) t
    group by 1, 2, 3
  ) c
  cross join (values (11), (16)) k (level)
  group by 1, 2, 3, 4;
  update property_manager.county_map set standing = v_standing, counted_at = clock_timestamp();
end
$$;
