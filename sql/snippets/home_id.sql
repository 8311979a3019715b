-- home_id(listing)
-- The home of a listing by its id: its own id where it is alone.
coalesce((select h.home_id from property_manager.home_listings h where h.listing_id = {listing}), {listing})
