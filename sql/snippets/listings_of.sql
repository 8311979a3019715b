-- listings_of(home)
-- The listings of a home, as rows of one column: what property_manager.listings_of() gives, without a call.
select i.listing_id from property_manager.home_listings i where i.home_id = {home}
union all
select l.id from public.properties_live l where l.id = {home}
  and not exists (select from property_manager.home_listings i where i.listing_id = {home})
