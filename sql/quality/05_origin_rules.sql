-- The cross-field checks every catalogue starts with: a text is the objection, null is none.

create function property_manager_rules.gps_agrees(p_row public.property_scrapes_staging) returns text
language sql immutable set search_path = '' as $$
  select format('gps_coordinates %s disagree with latitude %s, longitude %s', p_row.gps_coordinates, p_row.latitude, p_row.longitude)
  where p_row.gps_coordinates ~ '^\s*-?\d{1,3}(\.\d{1,15})?\s*,\s*-?\d{1,3}(\.\d{1,15})?\s*$'
    and (abs(split_part(p_row.gps_coordinates, ',', 1)::numeric - p_row.latitude) > 0.001
      or abs(split_part(p_row.gps_coordinates, ',', 2)::numeric - p_row.longitude) > 0.001)
$$;

create function property_manager_rules.unit_price_agrees(p_row public.property_scrapes_staging) returns text
language sql immutable set search_path = '' as $$
  select format('price_per_m2 × total_area_m2 is %s, price is %s', round(p_row.price_per_m2 * p_row.total_area_m2), p_row.price)
  where abs(p_row.price_per_m2 * p_row.total_area_m2 - p_row.price) > 0.2 * p_row.price
$$;

create function property_manager_rules.image_urls_are_http(p_row public.property_scrapes_staging) returns text
language sql immutable set search_path = '' as $$
  select format('%s of %s image urls are not http(s)', bad, total)
  from (
    select count(*) filter (where url !~* '^https?://') as bad, count(*) as total
    from jsonb_array_elements_text(case when jsonb_typeof(p_row.image_urls) = 'array' then p_row.image_urls else '[]' end) url
  ) counted
  where bad > 0
$$;
