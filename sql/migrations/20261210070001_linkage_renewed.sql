-- Cells are hashed from numbers, which takes half the time of texts, and what was counted of unlike pairs is
-- let go of by and by. All are compared anew, as the cells of listings are others.

delete from property_manager.linkage_pairs;
delete from property_manager.linkage_counts;
delete from property_manager.linkage_patterns;
delete from property_manager.linkage_unlike;
delete from property_manager.linkage_waiting;
delete from property_manager.linkage_touched;
delete from property_manager.linkage_cells;
delete from property_manager.linkage_listings;
delete from property_manager.linkage_crowds;
delete from property_manager.linkage_queue;
update property_manager.linkage_progress set position = 0, waiting_at = null;

alter table property_manager.linkage_progress add column listings bigint not null default 0;
alter table property_manager.linkage_progress add column renewed bigint not null default 0;
comment on column property_manager.linkage_progress.listings is 'How many listings are kept to be compared.';
comment on column property_manager.linkage_progress.renewed is
  'How many of them were compared again since the counts of unlike pairs were halved.';
comment on table property_manager.linkage_unlike is
  'Pairs that were compared and not kept: they tell how alike other homes are. Once as many listings were '
  'compared again as there are, all counts are halved: what was compared long ago counts less.';
