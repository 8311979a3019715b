-- The cross-field checks of every catalogue: each returns its objection, or null. Each is one stable
-- expression without a search_path of its own, so it becomes part of the query that checks every row.

-- gps_coordinates agree with latitude and longitude within 0.001°.
create function property_manager_rules.gps_agrees(p_row public.property_scrapes_staging) returns text
language sql stable as $$
  select case when p_row.gps_coordinates ~ '^\s*-?\d{1,3}(\.\d{1,15})?\s*,\s*-?\d{1,3}(\.\d{1,15})?\s*$' then
    case when abs(split_part(p_row.gps_coordinates, ',', 1)::numeric - p_row.latitude) > 0.001
        or abs(split_part(p_row.gps_coordinates, ',', 2)::numeric - p_row.longitude) > 0.001
      then format('gps_coordinates %s disagree with latitude %s, longitude %s', p_row.gps_coordinates,
        p_row.latitude, p_row.longitude)
    end
  end
$$;

-- price_per_m2 × area is within 20 % of the price.
create function property_manager_rules.unit_price_agrees(p_row public.property_scrapes_staging) returns text
language sql stable as $$
  select case when abs(p_row.price_per_m2 * p_row.total_area_m2 - p_row.price) > 0.2 * p_row.price
    then format('price_per_m2 × total_area_m2 is %s, price is %s',
      round(p_row.price_per_m2 * p_row.total_area_m2), p_row.price)
  end
$$;

-- Every image URL is http(s).
create function property_manager_rules.image_urls_are_http(p_row public.property_scrapes_staging) returns text
language sql stable as $$
  select case when jsonb_typeof(p_row.image_urls) = 'array'
      and p_row.image_urls @? '$[*] ? (@.type() != "null" && '
        '(@.type() != "string" || !(@ like_regex "^https?://" flag "i")))'
    then format('%s of %s image urls are not http(s)',
      jsonb_array_length(jsonb_path_query_array(p_row.image_urls,
        '$[*] ? (@.type() != "null" && (@.type() != "string" || !(@ like_regex "^https?://" flag "i")))')),
      jsonb_array_length(p_row.image_urls))
  end
$$;
