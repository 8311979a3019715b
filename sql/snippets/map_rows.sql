-- map_rows(source, moves)
-- The rows of map_cells that moves add up to. A move is a listing that came (1) or left (-1), with its
-- latitude and longitude. One that says no place, or where equator and first meridian meet, which stands for
-- none, is not on the map. The finest cells are added up first: they are fewer than the moves.
select v.level, c.x >> (14 - v.level), c.y >> (14 - v.level), {source}, sum(c.listings), sum(c.x_sum),
  sum(c.y_sum)
from (
  select p.x >> 16 as x, p.y >> 16 as y, sum(p.sign) as listings, sum(p.sign * p.x) as x_sum,
    sum(p.sign * p.y) as y_sum
  from (
    select m.sign,
      least(floor((m.longitude::float8 + 180) / 360 * 1073741824), 1073741823)::integer as x,
      least(greatest(floor((0.5 - asinh(tan(radians(m.latitude::float8))) / (2 * pi())) * 1073741824), 0),
        1073741823)::integer as y
    from ({moves}) m
    where m.latitude between -90 and 90 and m.longitude between -180 and 180
      and not (m.latitude = 0 and m.longitude = 0)
  ) p
  group by p.x >> 16, p.y >> 16
) c
cross join (values (5), (8), (11), (14)) v (level)
group by v.level, c.x >> (14 - v.level), c.y >> (14 - v.level)
