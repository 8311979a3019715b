-- The index pages that a scan has read, in their order: where an interrupted scan goes on. No foreign key, as of staged
-- rows.
create table property_manager.scan_pages (
  session_id uuid not null,
  page       integer not null,
  url        text not null,
  cards      integer not null,
  fresh      integer not null,
  primary key (session_id, page)
);
comment on column property_manager.scan_pages.fresh is 'Cards of listings that no earlier page had shown.';
alter table property_manager.scan_pages alter session_id set statistics 0;
