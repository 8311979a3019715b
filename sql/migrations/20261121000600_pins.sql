-- Pins: fields that staff hold, whatever the source shows; and sessions that were taken back.

create table property_manager.pins (
  source_id   integer not null references public.sources (id),
  property_id text not null,
  field_name  text not null,
  reason      text,
  pinned_by   text not null,
  pinned_at   timestamptz not null default now(),
  shown       jsonb,
  shown_since timestamptz,
  primary key (source_id, property_id, field_name),
  check (shown is null or shown_since is not null)
);
comment on table property_manager.pins is 'Fields of listings that no sync overwrites: set by staff, or held as they were.';
comment on column property_manager.pins.shown is 'What the source shows instead; with shown_since, null means that it shows nothing.';
comment on column property_manager.pins.shown_since is 'End of the session that first showed it; null while the source agrees, or has not been asked yet.';
grant select on property_manager.pins to service_role;

alter table property_manager.listing_state add column revised_at timestamptz;
comment on column property_manager.listing_state.revised_at is
  'When it was last edited, pinned, unpinned or rolled back: a plan made before that proves nothing of its content.';

alter table public.scraping_sessions drop constraint scraping_sessions_sync_status_check;
alter table public.scraping_sessions add constraint scraping_sessions_sync_status_check
  check (sync_status in ('pending', 'held', 'completed', 'stale', 'discarded', 'rolled_back'));

-- a change set is undone once: undoing it again means undoing what brought it back
create unique index change_sets_undone_once_idx on property_manager.change_sets (undoes) where undoes is not null;
drop index property_manager.change_sets_undoes_idx;
