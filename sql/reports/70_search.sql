-- Listings found by what a person knows of them.

-- Whether a text has another in it, whatever their case and accents; null where there is no text.
create function property_manager.has_text(p_text text, p_part text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select strpos(property_manager.plain(p_text), property_manager.plain(p_part)) > 0
$$;

-- The listings that meet every condition given; a key that is missing is no condition.
-- In: {source, status, place, type, operation, currency, text, price_min, price_max, bedrooms_min, area_min};
-- place is part of a city, state, neighbourhood or address, or a whole postal code; text is searched for as
-- on the web ("a phrase", or, -not) in title, description and place, in the language of each source.
create function api.search_listings(p_wanted jsonb) returns setof public.properties_live
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  select l.*
  from public.sources f
  join public.properties_live l on l.source = f.name
  where (p_wanted ->> 'source' is null or f.name = p_wanted ->> 'source')
    and (p_wanted ->> 'status' is null or l.status = p_wanted ->> 'status')
    and (p_wanted ->> 'currency' is null or l.currency = upper(p_wanted ->> 'currency'))
    and (p_wanted ->> 'price_min' is null
      or coalesce(l.price_max, l.price) >= (p_wanted ->> 'price_min')::numeric)
    and (p_wanted ->> 'price_max' is null or l.price <= (p_wanted ->> 'price_max')::numeric)
    and (p_wanted ->> 'bedrooms_min' is null or l.bedrooms >= (p_wanted ->> 'bedrooms_min')::integer)
    and (p_wanted ->> 'area_min' is null
      or coalesce(l.covered_area_m2, l.total_area_m2) >= (p_wanted ->> 'area_min')::numeric)
    and (p_wanted ->> 'type' is null or property_manager.has_text(l.property_type, p_wanted ->> 'type'))
    and (p_wanted ->> 'operation' is null or l.operation_type = lower(p_wanted ->> 'operation'))
    and (p_wanted ->> 'place' is null
      or upper(l.postal_code) = upper(p_wanted ->> 'place')
      or property_manager.has_text(concat_ws(E'\n', l.city, l.state, l.neighborhood, l.address),
        p_wanted ->> 'place'))
    and (p_wanted ->> 'text' is null
      or l.search_vector @@ property_manager.search_query(f.language::regconfig, p_wanted ->> 'text'))
$$;

-- The first of them after one, at most p_limit, and how many there are in all.
create function api.first_found(p_wanted jsonb, p_source text, p_property_id text, p_limit integer)
returns table (
  source text, property_id text, status text, title text, property_type text, operation_type text, city text,
  state text, price numeric, currency text, price_period text, bedrooms integer, bathrooms integer,
  covered_area_m2 numeric, total_area_m2 numeric, source_url text, first_seen_at timestamptz,
  last_seen_at timestamptz, total bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  with found as materialized (select l.id, l.source, l.property_id from api.search_listings(p_wanted) l)
  select l.source, l.property_id, l.status, l.title, l.property_type, l.operation_type, l.city, l.state,
    l.price, l.currency, l.price_period, l.bedrooms, l.bathrooms, l.covered_area_m2, l.total_area_m2,
    l.source_url, l.first_seen_at, l.last_seen_at, (select count(*) from found) as total
  from (
    select id from found
    where p_source::text is null or (source collate "C", property_id collate "C") > (p_source, p_property_id)
    order by source collate "C", property_id collate "C"
    limit p_limit
  ) f
  join public.listings l on l.id = f.id
  order by l.source collate "C", l.property_id collate "C"
$$;
