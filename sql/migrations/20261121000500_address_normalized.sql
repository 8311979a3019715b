-- Addresses in a normal form, beside the original text: what duplicates are looked for by.
alter table public.property_scrapes_staging add column if not exists address_normalized text;
alter table public.properties_live add column if not exists address_normalized text;
comment on column public.properties_live.address_normalized is '`address` in a normal form, for matching; follows from it and is never a change.';
