-- Pages are kept as they came, so that they can be read again without asking their site.

-- What a page consists of, once for all the times that it was fetched. The bytes are in the store, under
-- hash and id.
create table property_manager.page_bodies (
  id     bigint generated always as identity primary key,
  hash   bytea not null,
  store  text not null,
  size   integer not null,
  packed integer not null,
  stored boolean not null default false,
  doomed boolean not null default false
);
create unique index page_bodies_hash_idx on property_manager.page_bodies (hash) where not doomed;
create index page_bodies_doomed_idx on property_manager.page_bodies (id) where doomed;
comment on table property_manager.page_bodies is 'The contents of kept pages, each once.';
comment on column property_manager.page_bodies.hash is 'SHA-256 of the bytes as they are kept, unpacked.';
comment on column property_manager.page_bodies.store is 'Where the bytes are: folder, or supabase:BUCKET.';
comment on column property_manager.page_bodies.size is 'Bytes, unpacked.';
comment on column property_manager.page_bodies.packed is 'Bytes in the store.';
comment on column property_manager.page_bodies.stored is 'Whether the store has the bytes.';
comment on column property_manager.page_bodies.doomed is
  'Whether the bytes are about to be deleted: the same content is another body from then on.';

-- One fetch of a page.
create table property_manager.pages (
  id         bigint generated always as identity primary key,
  source_id  integer not null references public.sources,
  body_id    bigint not null references property_manager.page_bodies,
  fetched_at timestamptz not null,
  status     smallint not null,
  url        text not null,
  final_url  text,
  charset    text not null,
  headers    jsonb not null,
  erased_at  timestamptz
);
create unique index pages_fetch_idx on property_manager.pages
  (source_id, fetched_at, hashtextextended(url, 0));
create index pages_url_idx on property_manager.pages (source_id, hashtextextended(url, 0), fetched_at);
create index pages_source_id_idx on property_manager.pages (source_id, id);
create index pages_body_id_idx on property_manager.pages (body_id);
create index pages_fetched_at_idx on property_manager.pages (fetched_at);
comment on table property_manager.pages is 'Pages that are kept: one row each time that one was fetched.';
comment on column property_manager.pages.fetched_at is
  'As the staged rows have it that were read from the page: scraped_at.';
comment on column property_manager.pages.url is
  'The address that was asked for, as staged rows have it: passwords and tokens masked.';
comment on column property_manager.pages.final_url is 'The address that answered, where it is another.';
comment on column property_manager.pages.charset is 'By which the bytes are read.';
comment on column property_manager.pages.headers is 'Those of the answer that say what the page is.';
comment on column property_manager.pages.erased_at is 'When something was overwritten in it on request.';

