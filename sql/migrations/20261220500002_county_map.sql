-- The map of parcels: how many of what is in each cell, so that a part with a million is shown at once.
create table property_manager.county_cells (
  level  smallint not null,
  x      integer not null,
  y      integer not null,
  what   text not null,
  things bigint not null,
  x_sum  bigint not null,
  y_sum  bigint not null,
  primary key (level, x, y, what)
);
comment on table property_manager.county_cells is
  'Parcels by tier (A to D; none: without a score), open code cases and auctions to come, a row a cell of the map.';
comment on column property_manager.county_cells.x is 'Of 2^level columns of the world, from the west.';
comment on column property_manager.county_cells.y is 'Of 2^level rows, from the north, as the map draws them.';
comment on column property_manager.county_cells.x_sum is 'Of the places in it, in 2^30ths of the world.';

create table property_manager.county_map (
  only_row   boolean primary key default true check (only_row),
  standing   text not null default '',
  counted_at timestamptz
);
comment on table property_manager.county_map is 'What the cells were counted from, and when.';
insert into property_manager.county_map default values;
