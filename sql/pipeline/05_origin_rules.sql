-- The cross-field checks of every catalogue: each returns its objection, or null. The query that checks a
-- session has the snippets in it; a rule made by hand may call them.

-- gps_coordinates agree with latitude and longitude within 0.001°.
create function property_manager_rules.gps_agrees(p_row public.property_scrapes_staging) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select /*use gps_agrees p_row*/
$$;

-- price_per_m2 × area is within 20 % of the price.
create function property_manager_rules.unit_price_agrees(p_row public.property_scrapes_staging) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select /*use unit_price_agrees p_row*/
$$;

-- Every image URL is http(s).
create function property_manager_rules.image_urls_are_http(p_row public.property_scrapes_staging) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select /*use image_urls_are_http p_row*/
$$;
