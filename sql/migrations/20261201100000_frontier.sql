-- The frontier: the pages of listings that wait to be fetched, or were. Any number of workers on any hosts take pages
-- from it, and share the turns of each site.

create table property_manager.frontier (
  id                  bigint generated always as identity primary key,
  source_id           integer not null references public.sources (id) on delete cascade,
  url                 text not null,
  url_key             uuid not null generated always as (md5(url)::uuid) stored,
  priority            smallint not null check (priority between 1 and 5),
  reason              text not null check (reason <> ''),
  queued_at           timestamptz not null default clock_timestamp(),
  position            integer not null default 0,
  state               text not null default 'waiting' check (state in ('waiting', 'claimed', 'done', 'failed')),
  not_before          timestamptz,
  attempts            smallint not null default 0,
  queued_again        boolean not null default false,
  claimed_by          uuid,
  leased_until        timestamptz,
  outcome             text,
  http_status         smallint,
  message             text,
  ended_at            timestamptz,
  etag                text,
  last_modified       text,
  content_hash        uuid,
  facts_hash          text,
  listing_id          uuid,
  fingerprint         bigint,
  fingerprint_version smallint,
  -- an address may be longer than an index entry
  unique (source_id, url_key),
  check ((state = 'claimed') = (claimed_by is not null)),
  check ((state = 'claimed') = (leased_until is not null)),
  check (not queued_again or state = 'claimed')
)
-- a page changes state three times: room for its versions, and a vacuum before dead ones slow down the next claim
with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.1);
create index frontier_waiting_idx on property_manager.frontier (source_id, priority, queued_at, position)
  where state = 'waiting';
create index frontier_claimed_idx on property_manager.frontier (source_id, leased_until) where state = 'claimed';
comment on table property_manager.frontier is 'Pages of listings that wait to be fetched, or were.';
comment on column property_manager.frontier.url is 'In the one form that the source''s addresses have, without secrets.';
comment on column property_manager.frontier.priority is '1 new, 2 repriced, 3 verification, 4 stale, 5 sample.';
comment on column property_manager.frontier.reason is 'Why it was queued, in a word or two: new, repriced, missing, stale, asked.';
comment on column property_manager.frontier.position is 'Its place among the pages that were queued with it.';
comment on column property_manager.frontier.not_before is 'When it may be tried again, after an error.';
comment on column property_manager.frontier.attempts is 'How often it was claimed since it was queued.';
comment on column property_manager.frontier.queued_again is 'Queued while it was claimed: it waits again when the claim ends.';
comment on column property_manager.frontier.claimed_by is 'The worker that fetches it; another may take it when the lease has run out.';
comment on column property_manager.frontier.outcome is
  'What became of it last: staged, unchanged, gone, failed, refused, disallowed, unreadable, retried.';
comment on column property_manager.frontier.etag is 'Of the answer that the listing was last read from, as is last_modified.';
comment on column property_manager.frontier.facts_hash is 'The facts of the source by which that answer was read.';
comment on column property_manager.frontier.listing_id is 'The listing that went live from that answer; null until it has.';
comment on column property_manager.frontier.fingerprint is 'Of the row that went live: while the listing has it, the answer need not be read again.';

-- Listings whose pages a session found unchanged, and therefore did not stage again.
create table property_manager.unchanged_pages (
  session_id uuid not null references public.scraping_sessions (id) on delete cascade,
  listing_id uuid not null,
  primary key (session_id, listing_id)
);
comment on table property_manager.unchanged_pages is 'Listings whose pages a session found unchanged: they were seen.';

-- The turns of each site, which all workers take from one row.
create table property_manager.site_turns (
  site         text primary key,
  next_turn    timestamptz not null default '-infinity',
  slowdown     real not null default 1 check (slowdown >= 1),
  closed_until timestamptz
);
comment on table property_manager.site_turns is 'When the next request may go to a site, from any worker.';
comment on column property_manager.site_turns.slowdown is 'How many times the usual gap between requests is kept, while the site is overloaded.';
comment on column property_manager.site_turns.closed_until is 'The site asked to be left alone until then.';
create table property_manager.site_shares (
  site       text not null,
  worker     uuid not null,
  at_once    smallint not null check (at_once > 0),
  held_until timestamptz not null,
  primary key (site, worker)
);
comment on table property_manager.site_shares is 'How many requests each worker may have under way at a site.';

grant select on property_manager.frontier, property_manager.unchanged_pages, property_manager.site_turns,
  property_manager.site_shares to service_role;
