-- shown_elsewhere(session, property_id)
-- Whether another scope has shown a listing since the scope of a session last did: it has only left the
-- scope. Its offset keeps it a look-up for each listing.
exists (
  select from property_manager.listing_scopes other
  where other.property_id = {property_id} and other.scope_id <> {session}.scope_id and other.misses = 0
    and (
      select case when shows.source_id = {session}.source_id then /*use seen_at other, shows*/ end
      from property_manager.scopes shows where shows.id = other.scope_id
    ) > (
      select /*use seen_at own, lacks*/
      from property_manager.listing_scopes own
      cross join lateral (
        select s.watermark from property_manager.scopes s where s.id = own.scope_id offset 0) lacks
      where own.scope_id = {session}.scope_id and own.property_id = {property_id}
    )
  offset 0
)
