-- name: splink_columns
-- What Splink compares of each listing, and its cells: those of all but the crowded ones.
select row_number() over (order by i.listing_id) as place,
  array(select distinct n.cell from unnest(i.cells) with ordinality n (cell, at)
    where n.cell is not null and (n.at <= 8 or not i.placed)
      and not exists (select from property_manager.linkage_crowds k where k.cell = n.cell)) as strong,
  array(select distinct n.cell from unnest(i.cells) n (cell)
    where n.cell is not null
      and not exists (select from property_manager.linkage_crowds k where k.cell = n.cell)) as every,
  i.placed, i.numbers, split_part(l.address_normalized, ',', 1) as street, i.latitude, i.longitude, i.price, i.size,
  i.bedrooms, i.bathrooms, i.floor, i.kind, i.town, lower(l.title) as title, i.picture, i.phone
from property_manager.linkage_listings i join public.properties_live l on l.id = i.listing_id;
