-- The cross-field checks every catalogue starts with: a text is the objection, null is none.
-- Each is one expression, stable as format() is and without a search_path of its own, and so becomes part of the query that asks it of every row.

create function property_manager_rules.gps_agrees(p_row public.property_scrapes_staging) returns text
language sql stable as $$
  select case when p_row.gps_coordinates ~ '^\s*-?\d{1,3}(\.\d{1,15})?\s*,\s*-?\d{1,3}(\.\d{1,15})?\s*$' then
    case when abs(split_part(p_row.gps_coordinates, ',', 1)::numeric - p_row.latitude) > 0.001
        or abs(split_part(p_row.gps_coordinates, ',', 2)::numeric - p_row.longitude) > 0.001
      then format('gps_coordinates %s disagree with latitude %s, longitude %s', p_row.gps_coordinates, p_row.latitude, p_row.longitude)
    end
  end
$$;

create function property_manager_rules.unit_price_agrees(p_row public.property_scrapes_staging) returns text
language sql stable as $$
  select case when abs(p_row.price_per_m2 * p_row.total_area_m2 - p_row.price) > 0.2 * p_row.price
    then format('price_per_m2 × total_area_m2 is %s, price is %s', round(p_row.price_per_m2 * p_row.total_area_m2), p_row.price)
  end
$$;

create function property_manager_rules.image_urls_are_http(p_row public.property_scrapes_staging) returns text
language sql stable as $$
  select case when jsonb_typeof(p_row.image_urls) = 'array'
      and p_row.image_urls @? '$[*] ? (@.type() != "null" && (@.type() != "string" || !(@ like_regex "^https?://" flag "i")))'
    then format('%s of %s image urls are not http(s)',
      jsonb_array_length(jsonb_path_query_array(p_row.image_urls,
        '$[*] ? (@.type() != "null" && (@.type() != "string" || !(@ like_regex "^https?://" flag "i")))')),
      jsonb_array_length(p_row.image_urls))
  end
$$;
