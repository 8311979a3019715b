-- Homes: which listings are of one home, what says so, and who decided it.

-- Cells that listings of one home are likely to share: only listings with a cell in common are compared.
create table property_manager.linkage_cells (
  cell       bigint not null,
  listing_id uuid not null,
  primary key (cell, listing_id)
);
create index linkage_cells_listing_id_idx on property_manager.linkage_cells (listing_id);
comment on table property_manager.linkage_cells is 'Blocking: listings that share a cell are compared.';

-- Pairs that were compared.
create table property_manager.linkage_pairs (
  left_id  uuid not null,
  right_id uuid not null,
  pattern  text not null,
  together boolean not null,
  primary key (left_id, right_id),
  check (left_id < right_id)
);
create index linkage_pairs_right_id_idx on property_manager.linkage_pairs (right_id);
create index linkage_pairs_pattern_idx on property_manager.linkage_pairs (pattern);
comment on column property_manager.linkage_pairs.together is
  'Whether one source shows both at the same time: then they are two homes as a rule.';
comment on column property_manager.linkage_pairs.pattern is
  'How well each comparison agrees, a character each: 1 is best, 0 says nothing, ? waits for its text.';

-- What each pattern is worth by the newest model.
create table property_manager.linkage_patterns (
  pattern     text primary key,
  weight      double precision not null,
  probability double precision not null,
  shares      jsonb not null
);
comment on column property_manager.linkage_patterns.shares is 'The weight of each comparison, in bits.';

-- How far live was compared, and by which model.
create table property_manager.linkage_progress (
  only_row   boolean primary key default true check (only_row),
  change_set bigint not null default 0,
  crowded    bigint not null default 0,
  model      jsonb
);
insert into property_manager.linkage_progress default values;
comment on column property_manager.linkage_progress.crowded is 'Cells of too many listings to compare them all.';

-- The listings of a home that has several; a listing that is not here is a home of its own, under its own id.
create table property_manager.home_listings (
  listing_id uuid primary key,
  home_id    uuid not null
);
create index home_listings_home_id_idx on property_manager.home_listings (home_id);

-- What people said of two listings: the same home or not. It counts more than any comparison.
create table property_manager.home_decisions (
  left_id    uuid not null,
  right_id   uuid not null,
  same       boolean not null,
  event_id   bigint not null,
  primary key (left_id, right_id),
  check (left_id < right_id)
);
create index home_decisions_right_id_idx on property_manager.home_decisions (right_id);
create index home_decisions_event_id_idx on property_manager.home_decisions (event_id);

-- What became of homes; only ever added to.
create table property_manager.home_events (
  id          bigint generated always as identity primary key,
  kind        text not null check (kind in ('merge', 'apart', 'undo')),
  moved       jsonb not null,
  decided     jsonb not null default '[]',
  probability double precision,
  reason      text,
  actor       text not null,
  created_at  timestamptz not null default now(),
  undoes      bigint unique references property_manager.home_events (id)
);
comment on column property_manager.home_events.moved is '[{listing_id, from_home, to_home}]';
comment on column property_manager.home_events.decided is 'What people had said of the pairs before: [{left_id, right_id, same}]';
comment on column property_manager.home_events.probability is 'Of the pair that merged them; null where a person did.';
