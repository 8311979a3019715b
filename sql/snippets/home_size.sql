-- home_size(listing)
-- The area that homes are compared by.
coalesce({listing}.covered_area_m2, {listing}.total_area_m2, {listing}.lot_size_m2)
