-- What a search finds is kept and changed by what changed: how many pairs have each pattern, and which wait.
-- All are compared anew, as the city of a listing is compared too.

delete from property_manager.linkage_pairs;
delete from property_manager.linkage_patterns;
delete from property_manager.linkage_unlike;
delete from property_manager.linkage_cells;
delete from property_manager.linkage_listings;
delete from property_manager.linkage_crowds;
delete from property_manager.linkage_queue;
update property_manager.linkage_progress set position = 0;

alter table property_manager.linkage_listings add column town bigint;
comment on column property_manager.linkage_listings.town is 'Of the name of its city there is a hash.';

-- How many pairs have each pattern, of those that are kept and whose texts are compared.
create table property_manager.linkage_counts (
  pattern  text primary key,
  together bigint not null,
  apart    bigint not null
);
comment on table property_manager.linkage_counts is
  'How many of the kept pairs have each pattern: of those that one source shows together, and of the others.';

-- Pairs that are likely one home and are not yet, as the last search found them.
create table property_manager.linkage_waiting (
  left_id     uuid not null,
  right_id    uuid not null,
  probability double precision not null,
  sure        boolean not null,
  primary key (left_id, right_id)
);
create index linkage_waiting_right_id_idx on property_manager.linkage_waiting (right_id);
comment on table property_manager.linkage_waiting is
  'Pairs that are likely one home and are not yet, as the last search found them.';
comment on column property_manager.linkage_waiting.sure is 'Whether no person need say so.';

-- Listings of which something changed that the pairs that wait depend on.
create table property_manager.linkage_touched (
  listing_id uuid primary key
);
comment on table property_manager.linkage_touched is
  'Listings whose pairs are to be looked at again: they, their homes or their likely pairs changed.';

alter table property_manager.linkage_progress add column waiting_at double precision;
comment on column property_manager.linkage_progress.waiting_at is
  'The least probability of the pairs that wait; null where all are to be looked at again.';
