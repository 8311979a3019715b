-- When each scope last showed a listing. While a scope misses nothing, its watermark speaks for the listing too.
create view property_manager.sightings as
select f.source_id, k.scope_id, k.property_id, k.misses,
  /*use seen_at k, f*/ as seen_at
from property_manager.listing_scopes k
join property_manager.scopes f on f.id = k.scope_id;
