-- What retention leaves behind: how far a source's history is folded, and what there was of a session that is gone.

-- A row a source whose history was ever looked through for folding.
create table property_manager.horizons (
  source_id    integer primary key references public.sources (id),
  begins       timestamptz,
  position     bigint not null default 0,
  change_id    bigint not null default 0,
  compacted_at timestamptz,
  compacted_by text,
  check ((begins is null) = (compacted_at is null) and (begins is null) = (compacted_by is null))
);
comment on table property_manager.horizons is 'How far each source''s audit has been folded into a baseline.';
comment on column property_manager.horizons.begins is 'The past before it cannot be asked; null while nothing was folded.';
comment on column property_manager.horizons.position is 'With change_id, a place in the feed: folding has come so far, and goes on from there.';

-- A value taken from a session can be explained when the session is gone.
create table property_manager.cleaned_sessions (
  session_id   uuid primary key,
  source_id    integer not null references public.sources (id),
  scope        text not null,
  kind         text not null,
  session_name text,
  base_url     text,
  mapping      text,
  verdict      text,
  rows         integer not null,
  started_at   timestamptz not null,
  completed_at timestamptz not null,
  cleaned_at   timestamptz not null
);
comment on table property_manager.cleaned_sessions is 'Sessions that cleanup has removed, without their rows.';

grant select on property_manager.horizons, property_manager.cleaned_sessions to service_role;

-- What a sync did is kept when its session is cleaned: one narrow row.
alter table public.sync_metadata drop constraint sync_metadata_session_id_fkey;
