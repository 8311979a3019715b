-- Listings are compared by what is kept of each, so that no text is taken apart once a pair; pairs that
-- cannot be one home are counted and not kept. All are compared anew.

drop table property_manager.linkage_cells;
delete from property_manager.linkage_pairs;
delete from property_manager.linkage_patterns;
delete from property_manager.linkage_crowds;
delete from property_manager.linkage_queue;
update property_manager.linkage_progress set position = 0;

-- What a listing is compared by. Texts are only compared for equality here, so a hash of each is kept.
create table property_manager.linkage_listings (
  listing_id uuid primary key,
  source     text not null,
  shown      boolean not null,
  numbers    text,
  street     bigint,
  latitude   double precision,
  longitude  double precision,
  money      text,
  price      double precision,
  size       double precision,
  bedrooms   integer,
  bathrooms  integer,
  floor      integer,
  kind       bigint,
  title      bigint,
  picture    bigint,
  phone      bigint,
  words      bigint,
  year       integer,
  placed     boolean not null,
  cells      bigint[] not null
);
comment on table property_manager.linkage_listings is
  'What each listing was compared by the last time. Of a text there is a hash, which only tells equal ones.';
comment on column property_manager.linkage_listings.shown is 'Whether its source shows it.';
comment on column property_manager.linkage_listings.money is 'Currency and period of its price.';
comment on column property_manager.linkage_listings.placed is
  'Whether it has the numbers of an address and a pin.';
comment on column property_manager.linkage_listings.cells is
  'In the order of property_manager.cell_kind(); null where it has none of a kind.';

-- Cells that listings of one home are likely to share: only listings with a cell in common are compared.
create table property_manager.linkage_cells (
  cell       bigint not null,
  listing_id uuid not null,
  weak       boolean not null,
  primary key (cell, listing_id)
);
comment on table property_manager.linkage_cells is 'Blocking: listings that share a cell are compared.';
comment on column property_manager.linkage_cells.weak is
  'Of two that are weak here neither is compared with the other: address and pin would bring them together.';

-- How many pairs were compared that cannot be one home, by their patterns.
create table property_manager.linkage_unlike (
  pattern  text primary key,
  together bigint not null,
  apart    bigint not null
);
comment on table property_manager.linkage_unlike is
  'Pairs that were compared and not kept, each time that they were: they tell how alike other homes are.';
