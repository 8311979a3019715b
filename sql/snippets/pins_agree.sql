-- pins_agree(left, right)
-- How near two pins are: 1 within 15 m, 2 within 100 m, 3 within 500 m, 4 further; 0 where one is missing. A
-- degree of longitude is shorter the further it is from the equator.
coalesce(1 + width_bucket(
  power({left}.latitude - {right}.latitude, 2)
    + power(({left}.longitude - {right}.longitude) * cos(radians({left}.latitude)), 2),
  array[power(15.0 / 111320, 2), power(100.0 / 111320, 2), power(500.0 / 111320, 2)]::float8[]), 0)
