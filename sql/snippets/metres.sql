-- metres(latitude, longitude, other_latitude, other_longitude)
-- How far two places are apart, in metres: the formula of the middle latitude on the ellipsoid of WGS 84. All
-- four are float8, in degrees. Off by less than 1 mm up to 10 km and 1 m up to 100 km, between 85 degrees
-- south and north; of two places on both sides of the 180th meridian one is given beyond it, as -185.
-- 111319.49… is a degree of the equator; 0.00334… is half of the ellipsoid's squared eccentricity.
(111319.49079327358 * sqrt((
  ({latitude} - {other_latitude}) * ({latitude} - {other_latitude}) * 0.9866560547431698
    / (0.9966528100049293 + 0.0033471899950707 * cos(radians({latitude} + {other_latitude})))
    / (0.9966528100049293 + 0.0033471899950707 * cos(radians({latitude} + {other_latitude})))
  + ({longitude} - {other_longitude}) * ({longitude} - {other_longitude})
    * (1 + cos(radians({latitude} + {other_latitude}))) / 2)
  / (0.9966528100049293 + 0.0033471899950707 * cos(radians({latitude} + {other_latitude})))))
