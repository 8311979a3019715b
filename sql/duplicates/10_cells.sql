-- Blocking: which listings are compared. Comparing each with each is out of the question, so a listing is put
-- into cells that another listing of the same home is likely to share, each made of what the other may have
-- kept: its address, its pin, its picture, its agent, its title, its price and size.

-- What listings are compared by, and their cells. A street is looked up by the first of its words that is
-- long enough, however its type is written. A number is in two cells that overlap by half, so that two that
-- are nearly equal share one of them; a pin is in four.
create function property_manager.linkage_of(p_listings uuid[])
returns setof property_manager.linkage_listings
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
  select g.id, g.source, g.shown, g.numbers, hashtextextended(g.street, 0), g.latitude, g.longitude, g.money,
    g.price, g.area, g.bedrooms, g.bathrooms, g.floor_number, hashtextextended(g.kind, 0),
    hashtextextended(g.title, 0), hashtextextended(g.picture, 0), hashtextextended(g.agent_phone, 0),
    hashtextextended(g.words, 0), g.construction_year, g.numbers is not null and g.latitude is not null,
    array[
      hashtextextended('house' || g.operation || split_part(g.numbers, ' ', 1) || E'\n' || g.place || E'\n'
        || coalesce(substring(g.street from '\m[A-Z]{5,}\M'), g.street), 0),
      hashtextextended('unit' || g.operation || g.numbers || E'\n' || g.place || E'\n' || g.street, 0),
      hashtextextended('picture' || g.operation || g.picture, 0),
      hashtextextended('agent' || g.operation || g.agent_phone || E'\n' || g.town || E'\n' || g.rooms
        || E'\n' || round(g.area), 0),
      /*use pin_cell g, 0, 0*/, /*use pin_cell g, 0, 0.5*/, /*use pin_cell g, 0.5, 0*/,
      /*use pin_cell g, 0.5, 0.5*/,
      hashtextextended('title' || g.operation || g.title || E'\n' || g.town, 0),
      /*use facts_cell g, 0, 0*/, /*use facts_cell g, 0, 0.5*/, /*use facts_cell g, 0.5, 0*/,
      /*use facts_cell g, 0.5, 0.5*/
    ],
    hashtextextended(g.town, 0)
  from (
    select t.*, hashtextextended('pin' || t.operation || t.rooms, 0) as pins,
      hashtextextended('facts' || t.operation || t.town || E'\n' || t.bedrooms || ' '
        || t.bathrooms, 0) as facts
    from (
      select l.id, l.source, l.status = 'active' as shown, l.bedrooms, l.bathrooms, l.floor_number,
        l.agent_phone, l.construction_year, lower(l.property_type) as kind,
        lower(coalesce(left(l.postal_code, 5), l.city)) as place, lower(l.city) as town,
        coalesce(l.bedrooms::text, '-') as rooms,
        E'\n' || coalesce(lower(l.operation_type), '') || E'\n' as operation,
        case when l.price > 0 and l.price < 'NaN' then l.price::float8 end as price,
        l.currency || coalesce(' ' || l.price_period, '') as money,
        case when l.location_precision is distinct from 'approximate' and l.longitude is not null
          then l.latitude::float8 end as latitude,
        case when l.location_precision is distinct from 'approximate' and l.latitude is not null
          then l.longitude::float8 end as longitude,
        nullif((/*use home_size l*/)::float8, 0) as area,
        /*use address_words a.line*/ as street, /*use address_numbers a.line*/ as numbers,
        /*use plain_words l.title*/ as title, /*use plain_words l.description*/ as words,
        /*use picture_name l.main_image_url*/ as picture
      from unnest(p_listings) w (id)
      join public.properties_live l on l.id = w.id
      cross join lateral (select /*use address_line l.address_normalized*/ as said offset 0) s
      cross join lateral (select /*use house_letters s.said*/ as line offset 0) a
      offset 0
    ) t
    offset 0
  ) g
$$;

-- The kind of a cell by its place among those of a listing.
create function property_manager.cell_kind(p_place integer) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select (array['house', 'unit', 'picture', 'agent', 'pin', 'pin', 'pin', 'pin', 'title', 'facts', 'facts',
    'facts', 'facts'])[p_place]
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
