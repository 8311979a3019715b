-- is_taken(listing, other)
-- Whether the home of a listing has another that the source of a third one shows: a second one of that source
-- is another home. Both have listing_id, source and shown.
{other}.shown and exists (
  select from property_manager.home_listings h
  cross join lateral (
    select g.listing_id from property_manager.home_listings g where g.home_id = h.home_id offset 0) g
  cross join lateral (
    select l.source, l.status from public.properties_live l where l.id = g.listing_id offset 0) l
  where h.listing_id = {listing}.listing_id
    and g.listing_id not in ({listing}.listing_id, {other}.listing_id)
    and l.source = {other}.source and l.status = 'active')
