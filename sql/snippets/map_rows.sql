-- map_rows(source, moves)
-- The rows of map_cells that moves add up to. A move is a listing that came (1) or left (-1):
-- (sign, latitude, longitude). One that says no place, or where equator and first meridian meet, which stands
-- for none, is not on the map.
select v.level, p.x >> (30 - v.level), p.y >> (30 - v.level), {source}, sum(p.sign), sum(p.sign * p.x),
  sum(p.sign * p.y)
from (
  select m.sign::bigint,
    least(floor((m.longitude::float8 + 180) / 360 * 1073741824), 1073741823)::integer as x,
    least(greatest(floor((0.5 - asinh(tan(radians(m.latitude::float8))) / (2 * pi())) * 1073741824), 0),
      1073741823)::integer as y
  from ({moves}) m
  where m.latitude between -90 and 90 and m.longitude between -180 and 180
    and not (m.latitude = 0 and m.longitude = 0)
) p
cross join (values (5), (8), (11), (14), (17)) v (level)
group by v.level, p.x >> (30 - v.level), p.y >> (30 - v.level)
