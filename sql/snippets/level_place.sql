-- level_place(city, state)
-- The place of a listing as price levels have it.
left(lower(btrim(coalesce({city}, '')) || ', ' || btrim(coalesce({state}, ''))), 100)
