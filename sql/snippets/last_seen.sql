-- last_seen(source, property_id)
-- When a listing was last seen, in whichever scope. Costs the scopes that have shown it, not those there are.
(
  select max(/*use seen_at k, f*/)
  from (
    select * from property_manager.listing_scopes shown where shown.property_id = {property_id} offset 0
  ) k
  cross join lateral (
    select scope.source, scope.watermark from property_manager.scopes scope
    where scope.id = k.scope_id offset 0
  ) f
  where f.source = {source}
)
