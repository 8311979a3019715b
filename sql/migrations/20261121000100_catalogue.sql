-- The catalogue: sources, sessions, staging, live and its audit. Owned by property_manager_owner,
-- read and staged into by service_role; only the stage functions write live.

-- The listing's columns as config/listing.py declares them, for SQL to join to. Kept in line by every migrate.
create table property_manager.listing_fields (
  name        text primary key,
  bit         smallint not null unique,
  sql_type    text not null,
  field_group text not null,
  compare     text not null,
  tolerance   numeric,
  confidence  numeric not null,
  weight      numeric not null,
  monitored   boolean not null,
  role        text not null,
  description text not null
);

-- Facts about one site or feed; the authority for every worker.
create table public.sources (
  id         integer generated always as identity primary key,
  name       text not null unique,
  hosts      text[] not null default '{}',
  currency   text,
  country    text,
  language   text not null default 'simple',
  facts      jsonb not null,
  facts_hash text generated always as (md5(facts::text)) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.sources is 'One site or feed: hosts, currency, language, pace, removal and guard policy.';
comment on column public.sources.facts is 'Every fact, defaults included (config.source.Source).';

-- What part of a source a session covers: a start url with its filters, or an import''s partition.
create table property_manager.scopes (
  id           integer generated always as identity primary key,
  source_id    integer not null references public.sources (id),
  source       text not null,
  name         text not null,
  watermark    timestamptz,
  unique (source_id, name)
);
create index scopes_source_idx on property_manager.scopes (source);
comment on column property_manager.scopes.watermark is 'When the last applied complete session ended: all it showed was seen then.';
comment on column property_manager.scopes.source is 'The source''s name, for readers who may not read sources.';

create table public.scraping_sessions (
  id                  uuid primary key default gen_random_uuid(),
  source_id           integer not null references public.sources (id),
  scope_id            integer not null references property_manager.scopes (id),
  kind                text not null check (kind in ('scrape', 'index', 'import')),
  session_name        text,
  base_url            text,
  filters_applied     jsonb not null default '{}',
  status              text not null default 'running' check (status in ('running', 'completed', 'failed')),
  verdict             text check (verdict in ('complete', 'partial', 'suspect')),
  verdict_reason      text,
  sync_status         text check (sync_status in ('pending', 'held', 'completed', 'stale', 'discarded')),
  total_pages         integer,
  current_page        integer not null default 0,
  pages_scraped       integer not null default 0,
  pages_failed        integer not null default 0,
  properties_found    integer not null default 0,
  properties_inserted integer not null default 0,
  properties_updated  integer not null default 0,
  declared_fields     text[] not null default '{}',
  error_message       text,
  facts_hash          text,
  writer              uuid,
  created_at          timestamptz not null default now(),
  started_at          timestamptz not null default now(),
  heartbeat_at        timestamptz not null default now(),
  completed_at        timestamptz,
  -- a session that ended well says how much it covered and waits for, or has had, its sync
  check ((status = 'completed') = (verdict is not null)),
  check ((status = 'completed') = (sync_status is not null)),
  check ((status = 'running') = (completed_at is null))
);
create index scraping_sessions_source_id_idx on public.scraping_sessions (source_id, completed_at);
create index scraping_sessions_scope_id_idx on public.scraping_sessions (scope_id, completed_at);
create index scraping_sessions_pending_idx on public.scraping_sessions (completed_at) where sync_status = 'pending';
comment on table public.scraping_sessions is 'One run over one source: a scrape, index scan or import.';
comment on column public.scraping_sessions.writer is 'The process that may stage into it; another takes over by resuming.';
comment on column public.scraping_sessions.declared_fields is 'Listing columns that at least one row of the session spoke of.';

create table public.scraping_errors (
  id            bigint generated always as identity primary key,
  session_id    uuid not null references public.scraping_sessions (id) on delete cascade,
  url           text not null,
  error_type    text not null,
  error_message text not null,
  retry_count   integer not null default 0,
  resolved      boolean not null default false,
  created_at    timestamptz not null default now()
);
create index scraping_errors_session_id_idx on public.scraping_errors (session_id);

-- Every row exactly as it came, beside its parsed columns. No stage updates it.
-- No foreign key to the session: it would cost a look-up a row; touch_session() guards every batch.
create table public.property_scrapes_staging (
  session_id          uuid not null,
  row_no              integer not null,
  property_id        text,
  title              text,
  description        text,
  property_type      text,
  operation_type     text,
  standard_status    text,
  address            text,
  neighborhood       text,
  city               text,
  state              text,
  postal_code        text,
  latitude           numeric(10,8),
  longitude          numeric(11,8),
  gps_coordinates    text,
  location_precision text,
  price              numeric(15,2),
  currency           text,
  price_period       text,
  price_max          numeric(15,2),
  price_is_from      boolean,
  price_note         text,
  offers             jsonb,
  price_per_m2       numeric(15,2),
  bedrooms           integer,
  bathrooms          integer,
  half_bathrooms     integer,
  parking_spaces     integer,
  total_area_m2      numeric(14,2),
  covered_area_m2    numeric(14,2),
  lot_size_m2        numeric(14,2),
  floor_number       integer,
  total_floors       integer,
  age_years          integer,
  construction_year  integer,
  features           jsonb,
  amenities          jsonb,
  main_image_url     text,
  image_urls         jsonb,
  virtual_tour_url   text,
  video_url          text,
  agent_name         text,
  agent_phone        text,
  agent_email        text,
  agency_name        text,
  message_url        text,
  is_featured        boolean,
  is_premium         boolean,
  source_url         text,
  page_number        integer,
  listing_date       date,
  scraped_at         timestamptz,
  fingerprint         bigint,
  fingerprint_version smallint,
  kept                bytea,
  problem             text,
  issues              jsonb,
  evidence            jsonb,
  raw                 json,
  raw_bytes           bytea,
  created_at          timestamptz not null default now(),
  primary key (session_id, row_no),
  -- a row that can be used has an id and a fingerprint
  check (problem is not null or (property_id is not null and fingerprint is not null))
)
-- Two rows a page instead of four compressed ones: compressing raw would be half of what it costs to land a row.
with (toast_tuple_target = 4080);
comment on column public.property_scrapes_staging.fingerprint is 'Of the compared columns as parsed; equal ones are never compared further.';
comment on column public.property_scrapes_staging.kept is 'Bit n set: the row says nothing of listing field n, so live keeps its value.';
comment on column public.property_scrapes_staging.problem is 'Why the row cannot be used at all; such rows are quarantined.';
comment on column public.property_scrapes_staging.issues is 'Cells that were blank, unparseable, repaired or derived: [{field, kind, text, why}].';
comment on column public.property_scrapes_staging.evidence is 'Where on the page each field was read.';
comment on column public.property_scrapes_staging.raw_bytes is 'The row''s bytes where they cannot be JSON.';

-- What the sources show now. Rows are never deleted; id never changes.
create table public.properties_live (
  id                      uuid primary key default gen_random_uuid(),
  source                  text not null,
  property_id        text not null,
  title              text not null,
  description        text,
  property_type      text,
  operation_type     text,
  standard_status    text,
  address            text,
  neighborhood       text,
  city               text,
  state              text,
  postal_code        text,
  latitude           numeric(10,8),
  longitude          numeric(11,8),
  gps_coordinates    text,
  location_precision text,
  price              numeric(15,2),
  currency           text,
  price_period       text,
  price_max          numeric(15,2),
  price_is_from      boolean,
  price_note         text,
  offers             jsonb,
  price_per_m2       numeric(15,2),
  bedrooms           integer,
  bathrooms          integer,
  half_bathrooms     integer,
  parking_spaces     integer,
  total_area_m2      numeric(14,2),
  covered_area_m2    numeric(14,2),
  lot_size_m2        numeric(14,2),
  floor_number       integer,
  total_floors       integer,
  age_years          integer,
  construction_year  integer,
  features           jsonb,
  amenities          jsonb,
  main_image_url     text,
  image_urls         jsonb,
  virtual_tour_url   text,
  video_url          text,
  agent_name         text,
  agent_phone        text,
  agent_email        text,
  agency_name        text,
  message_url        text,
  is_featured        boolean,
  is_premium         boolean,
  source_url         text not null,
  page_number        integer,
  listing_date       date,
  scraped_at         timestamptz,
  status                  text not null default 'active' check (status in ('active', 'inactive', 'removed')),
  data_completeness_score numeric(4,3) not null default 0,
  data_quality_score      numeric(4,3) not null default 0,
  verification_status     text not null default 'unverified' check (verification_status in ('unverified', 'verified', 'flagged')),
  search_vector           tsvector,
  change_set_id           bigint not null,
  created_at              timestamptz not null default now(),
  updated_at              timestamptz not null default now(),
  first_seen_at           timestamptz not null default now(),
  last_updated_at         timestamptz not null default now(),
  unique (source, property_id)
);
-- spgist: a place name of any length can be indexed, and a hundred thousand listings in one city cost no more
create index properties_live_city_idx on public.properties_live using spgist (city);
create index properties_live_price_idx on public.properties_live (price);
create index properties_live_status_idx on public.properties_live (status);
create index properties_live_last_updated_at_idx on public.properties_live (last_updated_at);
create index properties_live_search_vector_idx on public.properties_live using gin (search_vector);
create index properties_live_amenities_idx on public.properties_live using gin (amenities jsonb_path_ops);
comment on table public.properties_live is 'The catalogue. Identity is (source, property_id); written by apply alone.';
comment on column public.properties_live.change_set_id is 'The change set that last touched the row.';

-- One applied sync, edit or rollback: the unit of the change feed, numbered in commit order without gaps.
create sequence property_manager.change_set_ids;
create table property_manager.change_sets (
  id           bigint primary key,
  position     bigint not null unique,
  source_id    integer not null references public.sources (id),
  session_id   uuid,
  plan_id      uuid,
  origin       text not null check (origin in ('sync', 'edit', 'rollback', 'erase', 'migrate', 'compact')),
  actor        text not null,
  counts       jsonb not null,
  undoes       bigint references property_manager.change_sets (id),
  committed_at timestamptz not null default now(),
  check ((origin = 'rollback') = (undoes is not null))
);
comment on column property_manager.change_sets.undoes is 'The change set that this rollback took back.';
create index change_sets_source_id_idx on property_manager.change_sets (source_id);
create index change_sets_session_id_idx on property_manager.change_sets (session_id);
create index change_sets_undoes_idx on property_manager.change_sets (undoes) where undoes is not null;

-- The feed's place: taken last by every writer, so positions become visible in order.
create table property_manager.feed (
  only_row boolean primary key default true check (only_row),
  position bigint not null default 0
);
insert into property_manager.feed default values;

create table public.property_changes (
  id               bigint generated always as identity primary key,
  change_set_id    bigint not null,
  listing_id       uuid not null,
  source           text not null,
  property_id      text not null,
  session_id       uuid,
  change_type      text not null check (change_type in ('created', 'updated', 'removed', 'reactivated')),
  field_name       text,
  old_value        jsonb,
  new_value        jsonb,
  confidence_score numeric(4,3) not null,
  change_reason    text not null,
  significant      boolean not null,
  origin           text not null default 'sync',
  actor            text not null,
  created_at       timestamptz not null default now(),
  -- created is one row with the whole image; every other change is one field
  check ((change_type = 'created') = (field_name is null)),
  check (change_type <> 'created' or (old_value is null and new_value is not null))
);
create index property_changes_listing_id_idx on public.property_changes (listing_id, id);
create index property_changes_change_set_id_idx on public.property_changes (change_set_id, id);
comment on table public.property_changes is 'Append-only audit: live is the fold of it, field by field.';

-- compact() and erase() alone rewrite the audit: they run as its owner and say so for their transaction.
create function property_manager.refuse_rewriting() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_user = 'property_manager_owner' and tg_op <> 'TRUNCATE'
    and current_setting('property_manager.rewriting', true) in ('compact', 'erase') then
    return null;
  end if;
  raise exception 'the audit is append-only: % of property_changes is refused', lower(tg_op)
    using errcode = 'insufficient_privilege', hint = 'undo a session by a new change, not by editing its history';
end
$$;
create trigger append_only before update or delete or truncate on public.property_changes
  for each statement execute function property_manager.refuse_rewriting();

create table public.sync_metadata (
  id                          bigint generated always as identity primary key,
  session_id                  uuid not null references public.scraping_sessions (id) on delete cascade,
  plan_id                     uuid,
  epoch                       bigint not null,
  sync_status                 text not null default 'running' check (sync_status in ('pending', 'running', 'held', 'planned', 'completed', 'failed')),
  total_scraped               integer,
  new_properties              integer,
  updated_properties          integer,
  unchanged_properties        integer,
  reactivated_properties      integer,
  quarantined_properties      integer,
  superseded_rows             integer,
  missing_properties          integer,
  removed_properties          integer,
  significant_updates         integer,
  changed_fields              integer,
  data_quality_score          numeric(4,3),
  completeness_rate           numeric(4,3),
  sync_duration_ms            bigint,
  staging_to_live_duration_ms bigint,
  error_summary               text,
  created_at                  timestamptz not null default now(),
  completed_at                timestamptz,
  unique (session_id, epoch)
);

-- Who writes a source now. The epoch fences a worker that was stalled past its lease.
create table property_manager.leases (
  source_id    integer primary key references public.sources (id),
  session_id   uuid,
  epoch        bigint not null default 0,
  worker       text,
  leased_until timestamptz
);
create table property_manager.stage_results (
  session_id uuid not null references public.scraping_sessions (id) on delete cascade,
  epoch      bigint not null,
  stage      text not null,
  result     jsonb not null,
  ended_at   timestamptz not null default clock_timestamp(),
  primary key (session_id, epoch, stage)
);

-- What is known of a listing's last content, narrow so that a sync can join to all of it.
create table property_manager.listing_state (
  source_id           integer not null,
  property_id         text not null,
  fingerprint         bigint,
  fingerprint_version smallint,
  rules_version       bigint,
  warnings            smallint not null default 0,
  primary key (source_id, property_id)
);
comment on column property_manager.listing_state.fingerprint is 'Of the staged row last taken over; null compels the next comparison.';
comment on column property_manager.listing_state.rules_version is 'The rule set that content passed; null when it was taken over unvalidated.';

-- Which scopes have shown a listing, and how often each has missed it since.
create table property_manager.listing_scopes (
  scope_id       integer not null,
  property_id    text not null,
  misses         smallint not null default 0,
  seen_at        timestamptz not null,
  missed_at      timestamptz,
  missed_content bigint,
  primary key (scope_id, property_id),
  check ((misses > 0) = (missed_at is not null))
);
comment on column property_manager.listing_scopes.missed_content is 'Of the session that missed it: the same content twice is no second proof.';
comment on column property_manager.listing_scopes.seen_at is 'Last explicit sighting; while misses = 0 the scope''s watermark counts too.';

create table property_manager.superseded (
  session_id uuid not null references public.scraping_sessions (id) on delete cascade,
  row_no     integer not null,
  winner     integer not null,
  primary key (session_id, row_no)
);

-- Staged rows whose content is new to the catalogue: what validation and the diff look at.
create table property_manager.candidates (
  session_id          uuid not null,
  row_no              integer not null,
  property_id         text not null,
  known               boolean not null,
  primary key (session_id, row_no)
);

create table public.validation_rules (
  id          integer generated always as identity primary key,
  rule_name   text not null unique,
  field_name  text,
  rule_type   text not null check (rule_type in ('required', 'range', 'pattern', 'one_of', 'length', 'unique', 'compare', 'custom')),
  rule_config jsonb not null default '{}',
  severity    text not null check (severity in ('error', 'warning', 'info')),
  is_active   boolean not null default true,
  version     integer not null default 1,
  description text,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);
comment on column public.validation_rules.version is 'Raised by every change that alters what the rule finds.';

-- What the rules found: a row failed the rule, or the rule could not be checked on it.
create table property_manager.findings (
  session_id   uuid not null references public.scraping_sessions (id) on delete cascade,
  row_no       integer,
  rule_name    text not null,
  rule_version integer not null,
  severity     text not null,
  outcome      text not null check (outcome in ('failed', 'errored')),
  field_name   text,
  value        text,
  reason       text not null
);
create index findings_session_id_idx on property_manager.findings (session_id, row_no);
comment on column property_manager.findings.row_no is 'Null: the rule could not run at all.';

create table property_manager.listing_warnings (
  source_id    integer not null,
  property_id  text not null,
  rule_name    text not null,
  rule_version integer not null,
  severity     text not null,
  field_name   text,
  value        text,
  reason       text not null
);
create index listing_warnings_property_idx on property_manager.listing_warnings (source_id, property_id);

create table property_manager.quarantine (
  id          bigint generated always as identity primary key,
  session_id  uuid not null references public.scraping_sessions (id) on delete cascade,
  row_no      integer not null,
  source_id   integer not null references public.sources (id),
  property_id text,
  reasons     jsonb not null,
  status      text not null default 'open' check (status in ('open', 'replaced', 'reprocessed')),
  created_at  timestamptz not null default now(),
  decided_at  timestamptz,
  unique (session_id, row_no)
);
create index quarantine_source_id_idx on property_manager.quarantine (source_id, status);
comment on column property_manager.quarantine.reasons is '[{rule, version, field, value, reason}], why the row cannot go live.';

-- What a sync would do, saved. plan_rows and plan_changes hold only what acts; a plan can have a row for
-- every listing of a source, so its parts carry no foreign keys: the stages write and clear them together.
create table property_manager.plans (
  id         uuid primary key default gen_random_uuid(),
  session_id uuid not null references public.scraping_sessions (id) on delete cascade,
  epoch      bigint not null,
  status     text not null default 'draft' check (status in ('draft', 'ready', 'held', 'approved', 'applied', 'superseded', 'discarded')),
  metrics    jsonb not null default '{}',
  reasons    jsonb not null default '[]',
  warnings   jsonb not null default '[]',
  decided_by text,
  created_at timestamptz not null default now(),
  decided_at timestamptz
);
create index plans_session_id_idx on property_manager.plans (session_id);
create table property_manager.plan_rows (
  plan_id     uuid not null,
  property_id text not null,
  action      text not null check (action in ('create', 'update', 'reactivate', 'deactivate', 'remove')),
  row_no      integer,
  listing_id  uuid,
  base        bigint,
  confidence  numeric(4,3) not null,
  significant boolean not null,
  reason      text not null,
  primary key (plan_id, property_id),
  -- a new listing points to its staged row; every other to the live row it was planned against
  check ((action = 'create') = (listing_id is null)),
  check ((listing_id is null) = (base is null))
);
comment on column property_manager.plan_rows.base is 'The live row''s change set when it was planned: another one means live moved.';
create table property_manager.plan_changes (
  plan_id     uuid not null,
  property_id text not null,
  field_name  text not null,
  old_value   jsonb,
  new_value   jsonb,
  confidence  numeric(4,3) not null,
  parts       jsonb not null,
  significant boolean not null,
  reason      text not null,
  primary key (plan_id, property_id, field_name)
);
-- Listings a complete session did not show: what becomes of their misses.
create table property_manager.plan_misses (
  plan_id     uuid not null,
  property_id text not null,
  misses      smallint not null,
  primary key (plan_id, property_id)
);

-- Post-sync work (views, caches, webhooks): each subscriber keeps its own place in the feed.
create table property_manager.subscribers (
  name       text primary key,
  position   bigint not null default 0,
  done_at    timestamptz,
  error      text,
  failed_at  timestamptz
);

-- Statistics of the sessions there were say nothing of the one that is being synced: measured as "unknown, so one
-- row", it would be joined row by row to itself. Without any the planner takes half a per cent of the table.
alter table public.property_scrapes_staging alter session_id set statistics 0;
alter table property_manager.candidates alter session_id set statistics 0;
alter table property_manager.superseded alter session_id set statistics 0;
alter table property_manager.findings alter session_id set statistics 0;
alter table property_manager.quarantine alter session_id set statistics 0;
alter table property_manager.plan_rows alter plan_id set statistics 0;
alter table property_manager.plan_changes alter plan_id set statistics 0;
alter table property_manager.plan_misses alter plan_id set statistics 0;
