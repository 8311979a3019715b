-- A large change set is compared slice by slice, and what is not compared is known by name.

-- Listings that changed and wait to be compared.
create table property_manager.linkage_queue (
  listing_id uuid primary key
);
comment on table property_manager.linkage_queue is 'Listings that changed and wait to be compared anew.';
insert into property_manager.linkage_queue
select l.id from public.properties_live l
where (select p.position from property_manager.linkage_progress p) > 0;

-- Cells of too many listings to compare each with each; those there are become known as all is compared anew.
create table property_manager.linkage_crowds (
  cell     bigint primary key,
  listings bigint not null
);
comment on table property_manager.linkage_crowds is
  'Cells of so many listings that these are not compared by what they share.';
