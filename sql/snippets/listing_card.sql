-- listing_card(listing, seen, cursor)
-- A row of public.listing_card: the listing, when it was last seen, and the cursor that continues after it.
{listing}.id, {listing}.source, {listing}.property_id, {listing}.status, {listing}.title,
{listing}.property_type, {listing}.operation_type, {listing}.address, {listing}.neighborhood, {listing}.city,
{listing}.state, {listing}.postal_code, {listing}.latitude, {listing}.longitude, {listing}.price,
{listing}.price_max, {listing}.currency, {listing}.price_period, {listing}.price_note,
coalesce({listing}.price_per_m2, round({listing}.price
  / nullif(coalesce({listing}.total_area_m2, {listing}.covered_area_m2), 0), 2)),
{listing}.bedrooms, {listing}.bathrooms, {listing}.parking_spaces, {listing}.covered_area_m2,
{listing}.total_area_m2, {listing}.main_image_url, {listing}.source_url, {listing}.first_seen_at, {seen},
{listing}.last_updated_at, {cursor}
