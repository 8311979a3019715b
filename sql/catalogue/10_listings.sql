-- What readers see: listings, with when each was last seen.

-- Computed field: SQL reads l.last_seen_at, the HTTP API selects and filters it. Runs as its caller.
create function public.last_seen_at(p_listing public.properties_live) returns timestamptz
language sql stable set search_path = pg_catalog, pg_temp as $$
  select max(/*use seen_at k, f*/)
  from property_manager.scopes f
  join property_manager.listing_scopes k on k.scope_id = f.id and k.property_id = p_listing.property_id
  where f.source = p_listing.source
$$;
grant execute on function public.last_seen_at to anon, authenticated, service_role;

-- Every listing, with its derived columns.
create view public.listings with (security_invoker = true) as
select
  l.id, l.source, /*each all ", "*/l.{name}/*end*/,
  l.status, l.data_completeness_score, l.data_quality_score, l.verification_status,
  coalesce(l.price_per_m2,
    round(l.price / nullif(coalesce(l.total_area_m2, l.covered_area_m2), 0), 2)) as derived_price_per_m2,
  l.first_seen_at, public.last_seen_at(l) as last_seen_at, l.last_updated_at, l.created_at, l.updated_at
from public.properties_live l;
comment on view public.listings is
  'Every listing, with when it was last seen and its price per m² (given, or price over area).';
grant select on public.listings to anon, authenticated, service_role;
