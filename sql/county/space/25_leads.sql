-- Leads within a radius.

-- Scored parcels within so many metres of each place, of these tiers (null: of all): better tiers first, then
-- nearer ones. `open_cases` are those of the parcel itself.
create function api.leads_near(p_places jsonb, p_metres float8, p_tiers text[], p_most integer)
returns table (
  place text, metres float8, parcel uuid, tier text, total numeric, confidence numeric, parcel_id text,
  address text, unit text, city text, latitude numeric, longitude numeric, open_cases bigint
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  perform property_manager.require_radius(p_metres);
  return query
  select w.place, n.metres, n.id, n.tier, n.total, n.confidence, n.parcel_id, n.address, n.unit, n.city,
    n.latitude, n.longitude,
    (select count(*) from county.code_violations c
      where c.property_id = n.id and c.is_active and c.status = 'open')
  from property_manager.places_of(p_places) w
  cross join lateral (
    select f.*, s.tier, s.total, s.confidence
    from (/*use boxes_around w.latitude, w.longitude, p_metres*/) b
    cross join lateral (
      select p.*, /*use metres p.latitude::float8, p.longitude::float8, w.latitude, b.longitude*/ as metres
      from county.properties p
      where /*use place_of p*/ <@ b.area and p.is_active
      offset 0
    ) f
    cross join lateral (select l.* from county.lead_scores l where l.property_id = f.id offset 0) s
    where f.metres <= p_metres and f.id is distinct from w.parcel
      and (p_tiers is null or s.tier = any (p_tiers))
    order by s.tier, f.metres, f.id
    limit p_most
  ) n
  order by w.place, n.tier, n.metres, n.id;
end
$$;
