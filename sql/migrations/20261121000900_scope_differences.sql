-- What the sift finds out while it reads a session, so that no later stage need read the whole of it again.

-- Null in what was sifted before: its listings are compared once more.
alter table property_manager.candidates
  add column fingerprint bigint,
  add column fingerprint_version smallint;
comment on column property_manager.candidates.fingerprint is 'The staged row''s, to be remembered when the row goes live.';

-- Where a complete session and its scope's memory disagree; usually few listings.
create table property_manager.scope_differences (
  session_id  uuid not null references public.scraping_sessions (id) on delete cascade,
  property_id text not null,
  shown       boolean not null,
  primary key (session_id, property_id)
);
comment on column property_manager.scope_differences.shown is
  'True: a known listing that the scope had not shown, or had missed. False: one of the scope that the session lacks.';
-- As for the other tables of a session: the planner may believe nothing of the one that is being synced.
alter table property_manager.scope_differences alter session_id set statistics 0;
