-- last_seen(source, property_id)
-- When a listing was last seen, in whichever scope.
(
  select max(/*use seen_at k, f*/)
  from property_manager.scopes f
  join property_manager.listing_scopes k on k.scope_id = f.id and k.property_id = {property_id}
  where f.source = {source}
)
