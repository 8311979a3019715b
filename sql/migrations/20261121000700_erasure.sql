-- Erasures: who asked that personal data go, what came of it, and the list that keeps it out. Never the data.

create table property_manager.erasures (
  id           bigint generated always as identity primary key,
  kind         text not null check (kind in ('email', 'phone', 'listing')),
  hash         bytea,
  digits       smallint,
  country_code smallint,
  key_check    bytea,
  source_id    integer references public.sources (id),
  property_id  text,
  fields       text[] not null default '{}',
  actor        text not null,
  requested_at timestamptz not null default now(),
  completed_at timestamptz,
  counts       jsonb not null default '{}',
  lifted_at    timestamptz,
  lifted_by    text,
  -- a contact is known by its hash alone, a listing by its identity
  check ((kind = 'listing') = (hash is null)),
  check ((kind = 'listing') = (source_id is not null and property_id is not null)),
  check ((hash is null) = (key_check is null)),
  check ((kind = 'phone') = (digits is not null)),
  check (kind = 'phone' or country_code is null),
  check ((lifted_at is null) = (lifted_by is null))
);
create index erasures_source_id_idx on property_manager.erasures (source_id);
comment on table property_manager.erasures is 'Personal data that was erased on request and, until lifted, is kept out.';
comment on column property_manager.erasures.hash is 'HMAC-SHA-256 of the normalised e-mail or phone, under a key that the database does not hold.';
comment on column property_manager.erasures.digits is 'Length of the national number, which tells how many last digits of a number to hash.';
comment on column property_manager.erasures.key_check is 'Tells whether a program holds the key that the hash was made with.';
comment on column property_manager.erasures.fields is 'Of a listing: the fields that are kept out.';
comment on column property_manager.erasures.counts is 'Rows overwritten, by table.';
comment on column property_manager.erasures.completed_at is 'Null: it was interrupted; the same request goes on with it.';
grant select on property_manager.erasures to service_role;
