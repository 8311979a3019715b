-- What readers' questions walk: each index begins with what a question fixes and ends with the order of its pages.

drop index public.properties_live_status_idx;
drop index public.properties_live_first_seen_at_idx;
drop index public.properties_live_price_idx;
create index properties_live_first_seen_at_idx on public.properties_live (status, first_seen_at, id);
create index properties_live_price_idx on public.properties_live (status, left(currency, 3), price, id);
-- by the city in lower case without accents, no longer than an index holds: the snippet place_key
create index properties_live_city_newest_idx on public.properties_live
  (left(case when octet_length(city) = length(city) then lower(city)
    when octet_length(translate(lower(city), 'áàâäãåéèêëíìîïóòôöõúùûüñçýÿ', 'aaaaaaeeeeiiiiooooouuuuncyy'))
      = length(city)
      then translate(lower(city), 'áàâäãåéèêëíìîïóòôöõúùûüñçýÿ', 'aaaaaaeeeeiiiiooooouuuuncyy')
    else normalize(regexp_replace(normalize(lower(city), nfd), '[\u0300-\u036f]', '', 'g'), nfc) end, 100),
  status, first_seen_at, id);
create index properties_live_change_set_id_idx on public.properties_live (change_set_id, id);
create index properties_live_point_idx on public.properties_live
  using gist (point(longitude::double precision, latitude::double precision));

-- A scope's listings in the order in which it last saw them, those that it has missed since apart.
create index listing_scopes_seen_idx on property_manager.listing_scopes
  (scope_id, (misses = 0), seen_at, property_id);
