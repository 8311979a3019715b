-- Pages of listings: what a row of them shows, and where the next one begins.

-- A listing as a page of them shows it. To continue after it, give its `cursor` as `after`.
create type public.listing_card as (
  id uuid, source text, property_id text, status text, title text, property_type text, operation_type text,
  address text, neighborhood text, city text, state text, postal_code text, latitude numeric,
  longitude numeric, price numeric, price_max numeric, currency text, price_period text, price_note text,
  derived_price_per_m2 numeric, bedrooms integer, bathrooms integer, parking_spaces integer,
  covered_area_m2 numeric, total_area_m2 numeric, main_image_url text, source_url text,
  first_seen_at timestamptz, last_seen_at timestamptz, last_updated_at timestamptz, cursor text
);

-- A cursor of values, the first of which is the order that it belongs to.
create function property_manager.cursor_of(variadic p_values text[]) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select translate(encode(convert_to(to_json(p_values)::text, 'UTF8'), 'base64'), E'+/=\n', '-_')
$$;

-- A moment as a cursor has it: exact, and the same in every time zone.
create function property_manager.exact_moment(p_moment timestamptz) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select to_char(p_moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- The values of a cursor whose first is p_order. Refused where it is none, or of another order or function.
create function property_manager.cursor_values(p_cursor text, p_order text, p_count integer) returns text[]
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_values text[];
begin
  if p_cursor is null then
    return null;
  end if;
  begin
    v_values := array(select json_array_elements_text(convert_from(decode(
      rpad(translate(p_cursor, '-_', '+/'), (length(p_cursor) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::json));
  exception
    when data_exception or program_limit_exceeded then
      v_values := null;
  end;
  if v_values[1] is distinct from p_order or cardinality(v_values) <> p_count + 1 then
    raise exception 'after is no cursor of a page in this order'
      using errcode = 'PMUSE', hint = 'give the cursor of the last row of the page before, or null';
  end if;
  return v_values[2:];
end
$$;

-- Refuses a page of more rows than a page may have: a shorter one would be taken for the last.
create function property_manager.require_page_size(p_rows integer) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  if p_rows is null or p_rows not between 1 and 100 then
    raise exception 'page_size is %, and a page has 1 to 100 rows', coalesce(p_rows::text, 'null')
      using errcode = 'PMUSE';
  end if;
end
$$;
