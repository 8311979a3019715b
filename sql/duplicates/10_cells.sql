-- Blocking: which listings are compared. Comparing each with each is out of the question, so a listing is put
-- into cells that another listing of the same home is likely to share, each made of what the other may have
-- kept: its address, its pin, its picture, its agent, its title, its price and size.

-- The cells of a listing, each with its kind; two of them may be the same. A street is looked up by the first
-- of its words that is long enough, however its type is written. A number is in two cells that overlap by
-- half, so that two that are nearly equal share one of them; a pin is in four.
create function property_manager.cells_of(l public.properties_live) returns table (cell bigint, kind text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select hashtextextended(
    array_to_string(array[k.cell, coalesce(lower(l.operation_type), '')] || k.parts, E'\n'), 0), k.cell
  from (
    select lower(coalesce(left(l.postal_code, 5), l.city)) as place, lower(l.city) as city,
      l.bedrooms::text as bedrooms, /*use home_size l*/ as area,
      /*use address_words l.address_normalized*/ as street,
      /*use address_numbers l.address_normalized*/ as numbers
  ) f
  cross join lateral (
    select 'house', array[coalesce(substring(f.street from '\m[A-Z]{5,}\M'), f.street),
      split_part(f.numbers, ' ', 1), f.place]
    union all
    select 'unit', array[f.street, f.numbers, f.place]
    union all
    select 'pin', array[floor(l.latitude / 0.0005 + n / 2.0)::text,
      floor(l.longitude / 0.0005 + m / 2.0)::text, f.bedrooms]
    from generate_series(0, 1) n cross join generate_series(0, 1) m
    where l.location_precision is distinct from 'approximate'
    union all
    select 'picture', array[/*use picture_name l.main_image_url*/]
    union all
    select 'agent', array[l.agent_phone, f.city, f.bedrooms, round(f.area)::text]
    union all
    select 'title', array[/*use plain_words l.title*/, f.city]
    union all
    select 'facts', array[f.city, f.bedrooms, l.bathrooms::text, floor(ln(l.price) / 0.03 + n / 2.0)::text,
      floor(ln(f.area) / 0.03 + m / 2.0)::text]
    from generate_series(0, 1) n cross join generate_series(0, 1) m
    where l.price > 0 and l.price < 'NaN' and f.area > 0
  ) k (cell, parts)
  where array_position(k.parts, null) is null
$$;

-- What a listing shares with all others of a cell of that kind, in words: `agent phone +52…`.
create function property_manager.cell_name(p_kind text, l public.properties_live) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case p_kind
    when 'house' then format('house %s', l.address)
    when 'unit' then format('address %s', l.address)
    when 'pin' then format('pin %s, %s', round(l.latitude, 4), round(l.longitude, 4))
    when 'picture' then format('picture %s', l.main_image_url)
    when 'agent' then format('agent phone %s', l.agent_phone)
    when 'title' then format('title "%s"', l.title)
    else format('price %s and size %s m²', l.price, /*use home_size l*/) end
    || case when p_kind in ('agent', 'title', 'facts') then format(' in %s', l.city) else '' end
$$;
