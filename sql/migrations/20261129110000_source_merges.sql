-- A source can be merged into another one: it keeps its history, and what it shows is the other's from then on.

alter table public.sources
  add column merged_into integer references public.sources (id),
  add column merge_set_id bigint references property_manager.change_sets (id);
alter table public.sources add constraint sources_merge_check
  check ((merged_into is null) = (merge_set_id is null) and merged_into <> id);
create index sources_merged_into_idx on public.sources (merged_into) where merged_into is not null;
create index sources_merge_set_id_idx on public.sources (merge_set_id) where merge_set_id is not null;
comment on column public.sources.merged_into is 'The source that shows its listings now.';
comment on column public.sources.merge_set_id is 'The change set that a rollback undoes to take the merge back.';

-- Which listing of a merged source is which of the other: what is erased of one is erased of both.
create table property_manager.merged_homes (
  from_listing uuid primary key,
  into_listing uuid not null,
  source_id    integer not null references public.sources (id),
  witness      text not null check (witness in ('url', 'id', 'address', 'moved'))
);
create index merged_homes_into_listing_idx on property_manager.merged_homes (into_listing);
create index merged_homes_source_id_idx on property_manager.merged_homes (source_id);
comment on table property_manager.merged_homes is 'Listings of merged sources, each with the listing that stands for it.';
comment on column property_manager.merged_homes.source_id is 'The source that was merged.';
comment on column property_manager.merged_homes.witness is 'What said that both had this home before; moved: it was the merged source''s alone.';
