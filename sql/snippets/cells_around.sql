-- cells_around(latitude, longitude, metres)
-- The squares of 0.0025 degrees that the box around a circle touches, as (latitude, longitude) in such steps;
-- none
-- around no place. A degree of latitude is nowhere shorter than 110,574 m.
(select a.latitude, o.longitude
  from generate_series(floor(({latitude} - {metres} / 110574.0) * 400)::integer,
    floor(({latitude} + {metres} / 110574.0) * 400)::integer) a (latitude)
  cross join generate_series(
    floor(({longitude} - {metres} / (111319 * cos(radians({latitude})))) * 400)::integer,
    floor(({longitude} + {metres} / (111319 * cos(radians({latitude})))) * 400)::integer) o (longitude))
