-- What readers see: listings, with when each was last seen. Their contacts (the fields that say how to reach
-- somebody) are shown of sources whose fact public_contacts is true, and to roles that may read all of live.

-- Computed field: SQL reads l.last_seen_at, the HTTP API selects and filters it.
create function public.last_seen_at(p_listing public.properties_live) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select /*use last_seen p_listing.source, p_listing.property_id*/
$$;
grant execute on function public.last_seen_at to anon, authenticated, service_role;

-- The same for a caller that may not read all columns of the listing.
create function property_manager.last_seen(p_source text, p_property_id text) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select /*use last_seen p_source, p_property_id*/
$$;
grant execute on function property_manager.last_seen to anon, authenticated, service_role;

-- The contacts of every listing, null where the caller may not see them. Runs as our owner; readers reach it
-- through the view `listings` alone, as they may not use its schema. Hiding rows would hide no values: the
-- server may evaluate a reader's own condition first, and its error message would tell one.
create view property_manager.contacts as
select l.id,
  /*each personal ", "*/
  case when l.source = any (array(
      select f.name from public.sources f where f.facts -> 'public_contacts' = 'true'))
    or (select pg_catalog.has_table_privilege('public.properties_live', 'select'))
    then l.{name} end as {name}
  /*end*/
from public.properties_live l;
comment on view property_manager.contacts is 'The contacts of listings, as far as the caller may see them.';
grant select on property_manager.contacts to anon, authenticated, service_role;

-- Every listing, with its derived columns. A query that asks for no contact does not read contacts; each is
-- looked up by the key, because a join could be planned to compare every listing with every other.
create view public.listings with (security_invoker = true) as
select
  l.id, l.source, /*each public ", "*/l.{name}/*end*/,
  /*each personal ", "*/
  (select c.{name} from property_manager.contacts c where c.id = l.id) as {name}
  /*end*/,
  l.status, l.data_completeness_score, l.data_quality_score, l.verification_status,
  coalesce(l.price_per_m2,
    round(l.price / nullif(coalesce(l.total_area_m2, l.covered_area_m2), 0), 2)) as derived_price_per_m2,
  l.first_seen_at, property_manager.last_seen(l.source, l.property_id) as last_seen_at,
  l.last_updated_at, l.created_at, l.updated_at
from public.properties_live l;
comment on view public.listings is
  'Every listing, with when it was last seen and its price per m² (given, or price over area).';
grant select on public.listings to anon, authenticated, service_role;

-- The columns with contacts that readers may read past the view.
create function property_manager.readable_contacts()
returns table (role_name text, table_name text, column_name text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select r.role_name, t.oid::regclass::text, f.name
  from (values ('anon'), ('authenticated')) r (role_name)
  cross join property_manager.listing_fields f
  cross join (values ('public.properties_live'::regclass),
    ('public.property_scrapes_staging'::regclass)) t (oid)
  where f.field_group = 'contact' and has_column_privilege(r.role_name, t.oid, f.name, 'select')
$$;

-- Gives readers the other columns of the live table, named one by one: a new one is not theirs by default.
-- The search vector is for search_listings(), which finds by index what a policy would have the server read
-- through.
create function property_manager.grant_reading() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from property_manager.readable_contacts())
    or not has_column_privilege('anon', 'public.properties_live', 'source_url', 'select') then
    revoke select on public.properties_live, public.property_scrapes_staging
      from public, anon, authenticated;
    grant select (id, source, /*each public ", "*/{name}/*end*/, status, data_completeness_score,
      data_quality_score, verification_status, change_set_id, created_at, updated_at, first_seen_at,
      last_updated_at) on public.properties_live to anon, authenticated;
  end if;
end
$$;
-- at each deploy, as a field may be new
revoke select on public.properties_live from public, anon, authenticated;
select property_manager.grant_reading();
