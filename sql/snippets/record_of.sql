-- record_of(kind, source, record_id)
-- One county record by its key, to select from, in the same way as `listing_of`.
(
  select one.* from property_manager.live_records one
  where one.kind = {kind} and one.source = {source} and one.record_id = {record_id} offset 0
)
