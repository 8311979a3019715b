-- listing_at(source, url)
-- The listing whose page has an address, to select from: found by the hash of the address, whatever the
-- planner expects.
(
  select one.* from public.properties_live one
  where one.source = {source} and hashtextextended(one.source_url, 0) = hashtextextended({url}, 0)
    and one.source_url = {url}
  order by one.status, one.property_id limit 1
)
