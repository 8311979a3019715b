-- Index scans: what the index pages of a source show, and what they prove. Listings are changed by none of them: a
-- moved listing is changed by its own page, and a removal is a plan like every other.

alter table public.scraping_sessions drop constraint scraping_sessions_kind_check;
alter table public.scraping_sessions add constraint scraping_sessions_kind_check
  check (kind in ('scrape', 'index', 'import', 'verification'));
-- an index scan has no rows to sync: it has been compared when it ends
alter table public.scraping_sessions drop constraint scraping_sessions_sync_status_check;
alter table public.scraping_sessions add constraint scraping_sessions_sync_status_check
  check (sync_status in ('pending', 'held', 'planned', 'completed', 'scanned', 'stale', 'discarded', 'rolled_back'));

-- One look at the index pages of a scope, beside its session.
create table property_manager.scans (
  session_id uuid primary key references public.scraping_sessions (id) on delete cascade,
  source_id  integer not null references public.sources (id) on delete cascade,
  scope_id   integer not null,
  tier       text not null,
  ended_at   timestamptz not null,
  verdict    text not null,
  pages      integer not null,
  shown      integer not null,
  moved      integer not null,
  figures    jsonb not null
);
create index scans_source_idx on property_manager.scans (source_id, tier, ended_at);
create index scans_scope_idx on property_manager.scans (scope_id, ended_at);
comment on column property_manager.scans.shown is 'Different listings on its pages.';
comment on column property_manager.scans.moved is 'Of these, the new, repriced and relisted ones.';

-- What the index pages showed, in their order. No foreign key, as of staged rows.
create table property_manager.sightings (
  session_id  uuid not null,
  position    integer not null,
  page        integer not null,
  source_url  text not null,
  property_id text,
  title       text,
  price       numeric(15,2),
  currency    text,
  moved       text check (moved in ('new', 'repriced', 'relisted')),
  primary key (session_id, position)
);
create index sightings_moved_idx on property_manager.sightings (session_id, position) where moved is not null;
alter table property_manager.sightings alter session_id set statistics 0;
comment on column property_manager.sightings.property_id is 'As the address says it by the source''s rule, if it does.';

-- The price on each listing's card when it was last seen: what the next card is compared with.
create table property_manager.listing_cards (
  source_id   integer not null references public.sources (id) on delete cascade,
  property_id text not null,
  price       numeric(15,2),
  currency    text,
  since       timestamptz not null,
  primary key (source_id, property_id)
);
comment on table property_manager.listing_cards is
  'A card''s price may be a teaser, so it is compared with the card before, not with the listing.';

-- Listings that enough complete scans have missed: their pages are asked whether they are gone.
create table property_manager.gone_candidates (
  source_id   integer not null references public.sources (id) on delete cascade,
  property_id text not null,
  scope_id    integer not null,
  misses      integer not null,
  since       timestamptz not null,
  next_check  timestamptz not null,
  first_proof bigint,
  last_proof  bigint,
  unknowns    integer not null default 0,
  primary key (source_id, property_id)
);
create index gone_candidates_due_idx on property_manager.gone_candidates (source_id, next_check);
comment on column property_manager.gone_candidates.first_proof is 'The first page check that said gone, of those since the last that did not.';
comment on column property_manager.gone_candidates.unknowns is 'Checks in a row that said neither: each doubles the time to the next.';

-- What the page of a listing answered when it was asked whether the listing is still there.
create table property_manager.page_checks (
  id          bigint generated always as identity primary key,
  source_id   integer not null references public.sources (id) on delete cascade,
  property_id text not null,
  session_id  uuid not null,
  url         text not null,
  answer      text not null check (answer in ('alive', 'gone', 'unknown')),
  sign        text not null,
  status      integer,
  page_hash   text,
  is_canary   boolean not null,
  checked_at  timestamptz not null
);
create index page_checks_listing_idx on property_manager.page_checks (source_id, property_id, id);
create index page_checks_session_idx on property_manager.page_checks (session_id);
comment on table property_manager.page_checks is 'The evidence for removals, and against them.';
comment on column property_manager.page_checks.sign is 'What the answer was read from, in words.';

-- How a site answers for a listing that never was, as measured with made-up ids.
create table property_manager.gone_signs (
  source_id   integer primary key references public.sources (id) on delete cascade,
  sign        jsonb not null,
  measured_at timestamptz not null
);
comment on column property_manager.gone_signs.sign is '{kind: status | redirect | page | none, …} (scrapers.scan.liveness).';

-- When the pages of a source were last looked through for those that were not read for long.
create table property_manager.stale_runs (
  source_id integer primary key references public.sources (id) on delete cascade,
  ran_at    timestamptz not null
);

-- The listing that a page belongs to, by its address.
create index properties_live_source_url_idx on public.properties_live (hashtextextended(source_url, 0));
