-- Where listings on the market are, counted as it changes: a map of any part of the world reads counts, not listings.

create table property_manager.map_cells (
  level     smallint not null,
  x         integer not null,
  y         integer not null,
  source_id integer not null references public.sources (id) on delete cascade,
  listings  bigint not null,
  x_sum     bigint not null,
  y_sum     bigint not null,
  primary key (level, x, y, source_id)
);
create index map_cells_empty_idx on property_manager.map_cells (source_id) where listings = 0;
comment on table property_manager.map_cells is
  'Active listings by cells of the map (Web Mercator): at a level the world has 2^level of them from west to east, and from north to south.';
comment on column property_manager.map_cells.x_sum is
  'Of the places of its listings, in 2^30ths of the world from the west; y_sum: from the north.';

insert into property_manager.map_cells (level, x, y, source_id, listings, x_sum, y_sum)
select v.level, p.x >> (30 - v.level), p.y >> (30 - v.level), p.source_id, count(*), sum(p.x), sum(p.y)
from (
  select f.id as source_id,
    least(floor((l.longitude::float8 + 180) / 360 * 1073741824), 1073741823)::integer as x,
    least(greatest(floor((0.5 - asinh(tan(radians(l.latitude::float8))) / (2 * pi())) * 1073741824), 0), 1073741823)::integer
      as y
  from public.sources f
  join public.properties_live l on l.source = f.name
  where l.status = 'active' and l.latitude between -90 and 90 and l.longitude between -180 and 180
    and not (l.latitude = 0 and l.longitude = 0)
) p
cross join (values (5), (8), (11), (14), (17)) v (level)
group by v.level, p.x >> (30 - v.level), p.y >> (30 - v.level), p.source_id;
