-- Which records wait for their parcel, and what people decided of them.

-- How a county writes its parcels' ids: what `match` asks of an id that may be read in two orders.
create table property_manager.county_keys (
  state       text not null,
  county_fips text not null,
  rule        jsonb not null,
  primary key (state, county_fips)
);
comment on column property_manager.county_keys.rule is
  'As config/county/keys.py has it: length, order, ranges, townships, sections …';

-- How far the changes have been matched: all change sets before `position`, and of that one the changes up to
-- `change`.
create table property_manager.parcel_links (
  only_row boolean primary key default true check (only_row),
  position bigint not null default 0,
  change   bigint not null default 0
);
insert into property_manager.parcel_links default values;

create table county.waiting_records (
  record               uuid primary key,
  kind                 text not null,
  source               text not null,
  record_id            text not null,
  standing             text not null check (standing in ('waiting', 'left', 'linked')),
  why                  text not null check (why in ('no_id', 'no_parcel', 'other_order', 'other_address')),
  parcel               uuid,
  since                timestamptz not null default now()
);
comment on table county.waiting_records is
  'Records that are of no parcel yet, and those whose parcel has another address.';
comment on column county.waiting_records.standing is
  'waiting: for its parcel or a person; left: a person said that it is of none of them; linked: certain by its id, '
  'but the parcel has another address.';
comment on column county.waiting_records.why is
  'no_id: its parcel id is missing or unreadable; no_parcel: no parcel has it; other_order: its id may be read in '
  'two orders, and the parcel that it names has another address; other_address: that of a parcel that it names '
  'for certain.';
comment on column county.waiting_records.parcel is 'The parcel that its id names.';
create index waiting_records_standing_since on county.waiting_records (standing, since, record);

create table county.parcel_decisions (
  id         bigint generated always as identity primary key,
  record     uuid not null,
  kind       text not null,
  source     text not null,
  record_id  text not null,
  decided    text not null check (decided in ('link', 'leave', 'undo')),
  parcel     uuid,
  named      uuid,
  parcel_id_normalized text,
  parcel_id  text,
  reason     text,
  actor      text not null,
  created_at timestamptz not null default clock_timestamp(),
  undoes     bigint unique references county.parcel_decisions (id),
  check ((decided = 'link') = (parcel is not null)),
  check ((decided = 'undo') = (undoes is not null))
);
create index parcel_decisions_record_id on county.parcel_decisions (record, id);
comment on table county.parcel_decisions is
  'What people said of records and parcels. The last word holds while the record has the parcel id that it had.';
comment on column county.parcel_decisions.named is 'The parcel that the record''s id named then.';

create index properties_address on county.properties (address_normalized, state, county_fips);

alter table property_manager.county_keys enable row level security;
alter table property_manager.parcel_links enable row level security;
alter table county.waiting_records enable row level security;
alter table county.parcel_decisions enable row level security;
create policy service_only on county.waiting_records for select to anon, authenticated using (false);
create policy service_only on county.parcel_decisions for select to anon, authenticated using (false);
grant select on county.waiting_records, county.parcel_decisions to service_role;
