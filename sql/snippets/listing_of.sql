-- listing_of(source, property_id)
-- One listing by its key, to select from, in the same way as `staged`.
(
  select one.* from public.properties_live one
  where one.source = {source} and one.property_id = {property_id} offset 0
)
