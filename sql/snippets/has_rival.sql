-- has_rival(listing, other, pattern)
-- Whether the source of another listing shows a third that is nearly as likely one home with the listing, by
-- less than 3 bits: a flat without its number is like each flat of its tower.
{other}.shown and exists (
  select from (
    select p.right_id as listing_id, p.pattern from property_manager.linkage_pairs p
    where p.left_id = {listing}.listing_id
    union all
    select p.left_id, p.pattern from property_manager.linkage_pairs p
    where p.right_id = {listing}.listing_id
  ) r
  join property_manager.linkage_listings l on l.listing_id = r.listing_id
  join property_manager.linkage_patterns w on w.pattern = r.pattern
  where r.listing_id <> {other}.listing_id and l.source = {other}.source and l.shown
    and w.weight > (select o.weight - 3 from property_manager.linkage_patterns o
      where o.pattern = {pattern}))
