-- pins_agree(left, right)
-- How near the pins of two listings are: 1 within 15 m, 2 within 100 m, 3 within 500 m, 4 further; 0 where
-- one is missing or only roughly known. A degree of longitude is shorter the further it is from the equator.
(select case
    when d.metres is null or 'approximate' in ({left}.location_precision, {right}.location_precision) then '0'
    when d.metres <= 15 then '1' when d.metres <= 100 then '2' when d.metres <= 500 then '3' else '4' end
  from (
    select 111320 * sqrt(power(({left}.latitude - {right}.latitude)::float8, 2)
      + power(({left}.longitude - {right}.longitude)::float8
        * cos(radians({left}.latitude::float8)), 2)) as metres
  ) d)
