-- page_holds(page, source, facts_hash, rules)
-- Whether the listing that was read from a page is live as it was read, and the page would be read the same
-- way: then an answer that has not changed says nothing new.
exists (
  select from public.properties_live l
  join property_manager.listing_state t on t.source_id = {page}.source_id and t.property_id = l.property_id
  where l.id = {page}.listing_id and l.source = {source} and {page}.facts_hash = {facts_hash}
    and t.fingerprint = {page}.fingerprint and t.fingerprint_version = {page}.fingerprint_version
    and t.rules_version = {rules}
  offset 0
)
