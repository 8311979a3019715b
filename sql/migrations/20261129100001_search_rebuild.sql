-- How far search vectors are made anew: a row while some are left. They are made in batches after the deploy,
-- as writing all of them here would lock the catalogue for as long as that takes.
create table property_manager.search_rebuild (
  only_row boolean primary key default true check (only_row),
  after    uuid not null
);
comment on column property_manager.search_rebuild.after is 'Listings up to this id have their new search vector.';

-- Listings gain the words without accents and in the other number.
insert into property_manager.search_rebuild (after)
select '00000000-0000-0000-0000-000000000000' where exists (select from public.properties_live);
