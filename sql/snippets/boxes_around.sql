-- boxes_around(latitude, longitude, metres)
-- What surrounds the circle around a place, to select from: one box (`area`), or two where it lies across the
-- 180th meridian; each with the longitude of the place as those in it see it. A degree of latitude is nowhere
-- shorter than 110,574 m, nor one of longitude than at the circle's end that is nearest to a pole.
select box(point(greatest(around.longitude - around.east, -180), {latitude} - around.north),
    point(least(around.longitude + around.east, 180), {latitude} + around.north)) as area, around.longitude
from (
  select {longitude} + turns.turn as longitude, {metres} / 110574.0 as north,
    {metres} / (111319.4 * cos(radians(least(abs({latitude}) + {metres} / 110574.0, 89)))) as east
  from (values (0.0::float8), (360), (-360)) turns (turn)
  offset 0
) around
where around.longitude - around.east <= 180 and around.longitude + around.east >= -180
