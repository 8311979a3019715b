-- County records: parcels, and what is known of them. Declared in config/county/kinds.py, a table a kind.
-- They land, are
-- planned, guarded and applied by the stages that listings go through, in sessions of sources whose fact
-- `records` names
-- their kind; only the columns differ. Owned by property_manager_owner; only the stage functions write.

-- The login role makes the schema: the owner of our objects may not create any. A project's own schema of
-- this name
-- stays as it is, and our tables join it.
set local role none;
do $$
begin
  if pg_catalog.to_regnamespace('county') is null then
    create schema county authorization property_manager_owner;
    comment on schema county is 'County records and what follows from them, of Property Manager.';
    revoke all on schema county from public;
  else
    grant create, usage on schema county to property_manager_owner;
  end if;
  grant usage on schema county to service_role;
end
$$;

set local role property_manager_owner;

-- Every row exactly as it came, beside what was read of it. No stage updates it.
create table county.staging (
  session_id          uuid not null,
  row_no              integer not null,
  record_id           text,
  content             jsonb,
  fingerprint         bigint,
  fingerprint_version smallint,
  problem             text,
  issues              jsonb,
  evidence            jsonb,
  raw                 json,
  raw_bytes           bytea,
  created_at          timestamptz not null default now(),
  primary key (session_id, row_no),
  -- a row that can be used has an id, its values and their fingerprint
  check (problem is not null or (record_id is not null and content is not null and fingerprint is not null))
)
with (toast_tuple_target = 4080);
comment on table county.staging is
  'Rows of county records as they landed, of every kind; the session''s source says which.';
comment on column county.staging.content is
  'The fields that the row states, as its kind''s columns hold them; one that it lacks stays in live.';
comment on column county.staging.problem is 'Why the row cannot be used at all; such rows are quarantined.';
comment on column county.staging.issues is
  'Cells that were blank, unparseable, repaired or derived: [{field, kind, text, why}].';
alter table county.staging alter session_id set statistics 0;

create table county.properties (
  id                   uuid primary key default gen_random_uuid(),
  source               text not null,
  record_id            text not null,
  state                text not null,
  county_fips          text not null,
  parcel_id_normalized text not null,
  parcel_id            text,
  address              text,
  address_normalized   text,
  unit                 text,
  city                 text,
  postal_code          text,
  latitude             numeric(10,8),
  longitude            numeric(11,8),
  location_kind        text,
  property_name        text,
  subdivision          text,
  shape                jsonb,
  source_updated_at    timestamptz,
  record_status        text not null default 'active'
    check (record_status in ('active', 'inactive', 'removed')),
  is_active            boolean not null generated always as (record_status = 'active') stored,
  deleted_at           timestamptz,
  raw                  jsonb,
  change_set_id        bigint not null,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  unique (source, record_id),
  unique (state, county_fips, parcel_id_normalized)
);
comment on table county.properties is 'Parcels: what is where.';

create table county.tax_sales (
  id                   uuid primary key default gen_random_uuid(),
  source               text not null,
  record_id            text not null,
  property_id          uuid,
  state                text not null,
  county_fips          text not null,
  parcel_id_normalized text,
  parcel_id            text,
  address              text,
  address_normalized   text,
  unit                 text,
  city                 text,
  postal_code          text,
  latitude             numeric(10,8),
  longitude            numeric(11,8),
  location_kind        text,
  tda_number           text not null,
  certificate_number   text,
  sale_date            date,
  deed_status          text,
  status               text,
  opening_bid          numeric(15,2),
  sale_amount          numeric(15,2),
  assessed_value       numeric(15,2),
  source_updated_at    timestamptz,
  record_status        text not null default 'active'
    check (record_status in ('active', 'inactive', 'removed')),
  is_active            boolean not null generated always as (record_status = 'active') stored,
  deleted_at           timestamptz,
  raw                  jsonb,
  change_set_id        bigint not null,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  unique (source, record_id)
);
comment on table county.tax_sales is 'Tax deed sales.';

create table county.tax_certificates (
  id                   uuid primary key default gen_random_uuid(),
  source               text not null,
  record_id            text not null,
  property_id          uuid,
  state                text not null,
  county_fips          text not null,
  parcel_id_normalized text,
  parcel_id            text,
  address              text,
  address_normalized   text,
  unit                 text,
  city                 text,
  postal_code          text,
  certificate_number   text not null,
  tax_year             integer,
  payment_code         text,
  status               text,
  gross_taxes          numeric(15,2),
  face_value           numeric(15,2),
  payoff_amount        numeric(15,2),
  tda_number           text,
  issued_on            date,
  paid_on              date,
  owner_name           text,
  source_updated_at    timestamptz,
  record_status        text not null default 'active'
    check (record_status in ('active', 'inactive', 'removed')),
  is_active            boolean not null generated always as (record_status = 'active') stored,
  deleted_at           timestamptz,
  raw                  jsonb,
  change_set_id        bigint not null,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  unique (source, record_id)
);
comment on table county.tax_certificates is 'Unpaid taxes that were sold as certificates.';

create table county.foreclosures (
  id                   uuid primary key default gen_random_uuid(),
  source               text not null,
  record_id            text not null,
  property_id          uuid,
  state                text not null,
  county_fips          text not null,
  parcel_id_normalized text,
  parcel_id            text,
  address              text,
  address_normalized   text,
  unit                 text,
  city                 text,
  postal_code          text,
  latitude             numeric(10,8),
  longitude            numeric(11,8),
  location_kind        text,
  case_number          text not null,
  borrower_name        text,
  lender_name          text,
  default_amount       numeric(15,2),
  opening_bid          numeric(15,2),
  plaintiff_max_bid    numeric(15,2),
  assessed_value       numeric(15,2),
  auction_date         date,
  auction_status       text,
  status               text,
  sold_to              text,
  sold_amount          numeric(15,2),
  property_type        text,
  source_updated_at    timestamptz,
  record_status        text not null default 'active'
    check (record_status in ('active', 'inactive', 'removed')),
  is_active            boolean not null generated always as (record_status = 'active') stored,
  deleted_at           timestamptz,
  raw                  jsonb,
  change_set_id        bigint not null,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  unique (source, record_id)
);
comment on table county.foreclosures is 'Foreclosure cases and their auctions.';

create table county.property_records (
  id                   uuid primary key default gen_random_uuid(),
  source               text not null,
  record_id            text not null,
  property_id          uuid,
  state                text not null,
  county_fips          text not null,
  parcel_id_normalized text not null,
  parcel_id            text,
  roll_year            integer not null,
  market_value         numeric(15,2),
  assessed_value       numeric(15,2),
  taxable_value        numeric(15,2),
  land_value           numeric(15,2),
  taxes                numeric(15,2),
  homestead            boolean,
  use_code             text,
  property_type        text,
  zoning               text,
  year_built           integer,
  effective_year_built integer,
  living_area_sqft     numeric(14,2),
  lot_size_sqft        numeric(16,2),
  bedrooms             integer,
  bathrooms            numeric(5,2),
  stories              numeric(5,1),
  units                integer,
  pool                 boolean,
  last_sale_date       date,
  last_sale_price      numeric(15,2),
  sale_qualification   text,
  lien_amount          numeric(15,2),
  legal_description    text,
  owner_name           text,
  owner_name_2         text,
  mailing_address      text,
  mailing_city         text,
  mailing_state        text,
  mailing_postal_code  text,
  absentee             boolean,
  source_updated_at    timestamptz,
  record_status        text not null default 'active'
    check (record_status in ('active', 'inactive', 'removed')),
  is_active            boolean not null generated always as (record_status = 'active') stored,
  deleted_at           timestamptz,
  raw                  jsonb,
  change_set_id        bigint not null,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  unique (source, record_id)
);
comment on table county.property_records is 'What the appraiser says of a parcel in a roll year.';

create table county.code_violations (
  id                   uuid primary key default gen_random_uuid(),
  source               text not null,
  record_id            text not null,
  property_id          uuid,
  state                text not null,
  county_fips          text not null,
  parcel_id_normalized text,
  parcel_id            text,
  address              text,
  address_normalized   text,
  unit                 text,
  city                 text,
  postal_code          text,
  latitude             numeric(10,8),
  longitude            numeric(11,8),
  location_kind        text,
  case_number          text not null,
  case_type            text,
  case_status          text,
  status               text,
  opened_on            date,
  closed_on            date,
  due_on               date,
  description          text,
  lien_amount          numeric(15,2),
  source_updated_at    timestamptz,
  record_status        text not null default 'active'
    check (record_status in ('active', 'inactive', 'removed')),
  is_active            boolean not null generated always as (record_status = 'active') stored,
  deleted_at           timestamptz,
  raw                  jsonb,
  change_set_id        bigint not null,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  unique (source, record_id)
);
comment on table county.code_violations is 'Code enforcement cases.';


create index properties_place_id on county.properties (latitude, longitude, id);
create index properties_city_id on county.properties (city, id);
create index tax_sales_property_id on county.tax_sales (property_id);
create index tax_sales_date_id on county.tax_sales (sale_date, id);
create index tax_sales_waiting_id
  on county.tax_sales (state, county_fips, parcel_id_normalized, id)
  where property_id is null;
create index tax_certificates_property_id on county.tax_certificates (property_id);
create index tax_certificates_waiting_id
  on county.tax_certificates (state, county_fips, parcel_id_normalized, id)
  where property_id is null;
create index foreclosures_property_id on county.foreclosures (property_id);
create index foreclosures_date_id on county.foreclosures (auction_date, id);
create index foreclosures_amount_id on county.foreclosures (default_amount, id);
create index foreclosures_waiting_id
  on county.foreclosures (state, county_fips, parcel_id_normalized, id)
  where property_id is null;
create index property_records_property_id on county.property_records (property_id, roll_year);
create index property_records_value_id on county.property_records (market_value, id);
create index property_records_waiting_id
  on county.property_records (state, county_fips, parcel_id_normalized, id)
  where property_id is null;
create index code_violations_property_id on county.code_violations (property_id);
create index code_violations_place_id on county.code_violations (latitude, longitude, id);
create index code_violations_waiting_id
  on county.code_violations (state, county_fips, parcel_id_normalized, id)
  where property_id is null;

-- The audit: live is the fold of it, field by field. `created` is one row with the whole record; every other
-- change is
-- one field.
create table county.changes (
  id            bigint generated always as identity primary key,
  change_set_id bigint not null,
  kind          text not null,
  record        uuid not null,
  source        text not null,
  record_id     text not null,
  session_id    uuid,
  change_type   text not null check (change_type in ('created', 'updated', 'removed', 'reactivated')),
  field_name    text,
  old_value     jsonb,
  new_value     jsonb,
  change_reason text not null,
  origin        text not null default 'sync',
  actor         text not null,
  created_at    timestamptz not null default now(),
  check ((change_type = 'created') = (field_name is null)),
  check (change_type <> 'created' or (old_value is null and new_value is not null))
);
create index changes_record_id on county.changes (record, id);
create index changes_change_set_id on county.changes (change_set_id, id);
comment on table county.changes is 'Append-only audit of county records.';

-- One load of one layer of a county, from the request for its file to the last session's sync.
create table county.data_ingestion_runs (
  id            uuid primary key default gen_random_uuid(),
  county        text not null,
  layer         text not null,
  source_type   text not null,
  status        text not null default 'running'
    check (status in ('running', 'success', 'partial', 'failure')),
  processed     bigint not null default 0,
  inserted      bigint not null default 0,
  updated       bigint not null default 0,
  failed        bigint not null default 0,
  sessions      uuid[] not null default '{}',
  error_message text,
  error_details jsonb,
  started_at    timestamptz not null default clock_timestamp(),
  completed_at  timestamptz,
  check ((status = 'running') = (completed_at is null))
);
create index data_ingestion_runs_started_id on county.data_ingestion_runs (started_at, id);
comment on table county.data_ingestion_runs is
  'Loads of county layers: what came of each, those that failed before a row landed included.';
comment on column county.data_ingestion_runs.status is
  'partial: rows were set aside, or the guard held them; failure: nothing of it is live.';
comment on column county.data_ingestion_runs.failed is 'Rows that were set aside.';

-- Owners' names are in these tables: the service reads them, and no reader does.
do $$
declare
  v_table text;
begin
  foreach v_table in array array['staging', 'properties', 'tax_sales', 'tax_certificates',
    'foreclosures', 'property_records', 'code_violations', 'changes', 'data_ingestion_runs'] loop
    execute format('alter table county.%I enable row level security', v_table);
    execute format('create policy service_only on county.%I for select to anon, authenticated using (false)',
      v_table);
    execute format('grant select on county.%I to service_role', v_table);
  end loop;
  grant insert on county.staging to service_role;
end
$$;
