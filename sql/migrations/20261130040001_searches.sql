-- What the last search for homes that was carried to its end had seen, and by which thresholds.

alter table property_manager.linkage_progress add column searched_position bigint;
alter table property_manager.linkage_progress add column searched_at timestamptz;
alter table property_manager.linkage_progress add column merge_at double precision not null default 0.98;
alter table property_manager.linkage_progress add column review_at double precision not null default 0.5;
comment on column property_manager.linkage_progress.searched_position is
  'The feed position that the last whole search was of; null where there was none.';
comment on column property_manager.linkage_progress.merge_at is 'From which probability on it merged homes.';
comment on column property_manager.linkage_progress.review_at is
  'From which probability on a pair waits for a person.';

-- What each pattern says in words, so that a report needs no comparison of its own.
alter table property_manager.linkage_patterns add column levels jsonb not null default '{}';
comment on column property_manager.linkage_patterns.levels is
  'What each comparison says: {comparison: level}.';
