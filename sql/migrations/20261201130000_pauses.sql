-- Sources that are left alone for a while, and how many pages of each were fetched on a day.

create table property_manager.pauses (
  id         bigint generated always as identity primary key,
  source_id  integer not null references public.sources (id) on delete cascade,
  session_id uuid,
  nth        integer not null check (nth > 0),
  since      timestamptz not null default clock_timestamp(),
  until      timestamptz not null,
  reason     text not null,
  page       text,
  paused_by  text,
  ended_at   timestamptz,
  ended_by   text,
  check ((ended_at is null) = (ended_by is null))
);
-- a source has one pause that nobody has ended
create unique index pauses_open_idx on property_manager.pauses (source_id) where ended_at is null;
create index pauses_source_id_idx on property_manager.pauses (source_id, id);
comment on table property_manager.pauses is 'When sources are not scraped, and why; the newest of a source is the one that holds.';
comment on column property_manager.pauses.session_id is 'The suspect session that led to it; null: the first page failed, or a person paused it.';
comment on column property_manager.pauses.nth is 'How many pauses there were since the last session that was not suspect; each is twice as long.';
comment on column property_manager.pauses.until is 'infinity: until a person resumes the source.';
comment on column property_manager.pauses.page is 'The file that keeps the page which shows the problem, on the host that fetched it.';
comment on column property_manager.pauses.paused_by is 'The person who paused it; null: its session.';
comment on column property_manager.pauses.ended_by is 'The person who resumed it, or "a later pause".';

create table property_manager.pages_of_days (
  source_id integer not null references public.sources (id) on delete cascade,
  day       date not null,
  pages     integer not null check (pages > 0),
  primary key (source_id, day)
);
comment on table property_manager.pages_of_days is 'How many pages were fetched of a source with a daily budget, by the day of its time zone.';

grant select on property_manager.pauses, property_manager.pages_of_days to service_role;
