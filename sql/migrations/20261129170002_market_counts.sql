-- What is on the market, counted as it changes: every publication of a change set takes along what the set came to.

create table property_manager.market_counts (
  source_id      integer not null references public.sources (id) on delete cascade,
  level          text not null check (level in ('city and kind', 'kind', 'city')),
  city           text not null default '',
  property_type  text not null default '',
  operation_type text not null default '',
  currency       text not null default '',
  listings       bigint not null,
  priced         bigint not null,
  price_sum      numeric not null,
  primary key (source_id, level, city, property_type, operation_type, currency)
);
comment on table property_manager.market_counts is 'Active listings and their prices: of each kind in each city, of each kind, of each city.';
comment on column property_manager.market_counts.level is 'What the row adds up; a column that it is not by is empty. A kind is type, operation and currency.';
create index market_counts_city_idx on property_manager.market_counts
  (level, left(case when octet_length(city) = length(city) then lower(city)
    when octet_length(translate(lower(city), 'áàâäãåéèêëíìîïóòôöõúùûüñçýÿ', 'aaaaaaeeeeiiiiooooouuuuncyy'))
      = length(city)
      then translate(lower(city), 'áàâäãåéèêëíìîïóòôöõúùûüñçýÿ', 'aaaaaaeeeeiiiiooooouuuuncyy')
    else normalize(regexp_replace(normalize(lower(city), nfd), '[\u0300-\u036f]', '', 'g'), nfc) end, 100));
grant select on property_manager.market_counts to service_role;

insert into property_manager.market_counts
  (source_id, level, city, property_type, operation_type, currency, listings, priced, price_sum)
select f.id,
  case grouping(k.city, k.property_type) when 0 then 'city and kind' when 1 then 'city' else 'kind' end,
  coalesce(k.city, ''), coalesce(k.property_type, ''), coalesce(k.operation_type, ''), coalesce(k.currency, ''),
  count(*), count(k.price), coalesce(sum(k.price), 0)
from public.sources f
join public.properties_live l on l.source = f.name
cross join lateral (select left(coalesce(l.city, ''), 200), left(coalesce(l.property_type, ''), 200),
  left(coalesce(l.operation_type, ''), 200), left(coalesce(l.currency, ''), 10),
  nullif(l.price, 'NaN')) k (city, property_type, operation_type, currency, price)
where l.status = 'active'
group by f.id, grouping sets ((k.city, k.property_type, k.operation_type, k.currency),
  (k.property_type, k.operation_type, k.currency), (k.city));

-- The version of what readers see is the feed's position, and how often something changed for them that is no change of
-- a listing: a review, what a source permits.
alter table property_manager.feed add column revision bigint not null default 0;
comment on column property_manager.feed.revision is 'Raised where readers see something else though no change set was published.';

-- Raises the revision as the last act of a transaction, as every other writer of the feed waits for it.
create function property_manager.raise_revision() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update property_manager.feed set revision = revision + 1;
  return null;
end
$$;
create constraint trigger readers_see_other_facts after update on public.sources
  deferrable initially deferred for each row
  when (old.facts is distinct from new.facts or old.name <> new.name)
  execute function property_manager.raise_revision();

-- How long an answer of each function of readers may be kept without asking again.
create table property_manager.answer_lifetimes (
  function_name text primary key,
  seconds       integer not null check (seconds between 0 and 86400)
);
comment on table property_manager.answer_lifetimes is 'For how many seconds a cache may repeat an answer unasked; without a row: never.';
grant select on property_manager.answer_lifetimes to service_role;
