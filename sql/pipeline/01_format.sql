-- A JSON value as text, of one value or a few: nothing, 4,650,000, yes, 3 entries, "a long te…". A
-- statement over many rows uses the snippet.
create function property_manager.format_value(p_value jsonb) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select /*use format_value p_value*/
$$;
