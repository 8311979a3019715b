-- When each scope last showed each listing; while the scope has not missed it, the scope's watermark counts
-- too.
create view property_manager.sightings as
select f.source_id, k.scope_id, k.property_id, k.misses,
  /*use seen_at k, f*/ as seen_at
from property_manager.listing_scopes k
join property_manager.scopes f on f.id = k.scope_id;
