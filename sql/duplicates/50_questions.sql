-- What may be asked of duplicates.

-- One side of a pair, as a person compares it.
create function property_manager.side(l public.properties_live) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('listing_id', l.id, 'source', l.source, 'property_id', l.property_id,
    'status', l.status, 'title', l.title, 'address', l.address, 'city', l.city, 'postal_code', l.postal_code,
    'operation_type', l.operation_type, 'price', l.price::text, 'currency', l.currency,
    'area_m2', (/*use home_size l*/)::text, 'bedrooms', l.bedrooms,
    'bathrooms', l.bathrooms, 'floor_number', l.floor_number, 'property_type', l.property_type,
    'latitude', l.latitude::text, 'longitude', l.longitude::text, 'main_image_url', l.main_image_url,
    'source_url', l.source_url, 'first_seen_at', l.first_seen_at)
$$;

-- Pairs of listings, the surest first: those that wait for a person (review), are of one home (merged), or
-- were kept apart (apart). Of at least p_least, of a source if one is given, after a pair of p_after
-- ([probability, left, right]).
create function api.duplicate_pairs(p_state text, p_least float8, p_source text, p_after jsonb,
  p_most integer)
returns table (left_id uuid, right_id uuid, probability float8, state text, vetoed text, left_side jsonb,
  right_side jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.left_id, p.right_id, w.probability, s.state,
    case when s.state = 'review' then property_manager.veto(p.pattern, a, b) end,
    property_manager.side(a), property_manager.side(b)
  from property_manager.linkage_patterns w
  join property_manager.linkage_pairs p using (pattern)
  join public.properties_live a on a.id = p.left_id
  join public.properties_live b on b.id = p.right_id
  cross join lateral (select property_manager.standing(a, b) as state offset 0) s
  where s.state = p_state and (w.probability >= p_least or p_state <> 'review')
    and (p_source is null or p_source in (a.source, b.source))
    and (p_after is null or (-w.probability, p.left_id, p.right_id)
      > (-(p_after ->> 0)::float8, (p_after ->> 1)::uuid, (p_after ->> 2)::uuid))
  order by w.probability desc, p.left_id, p.right_id
  limit p_most
$$;

-- Two listings beside each other: what each comparison says of them, and what a person said. No row where
-- they were not compared.
create function api.duplicate_pair(p_left uuid, p_right uuid)
returns table (left_id uuid, right_id uuid, pattern text, probability float8, weight float8, shares jsonb,
  vetoed text, same_home boolean, decided boolean, left_side jsonb, right_side jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.left_id, p.right_id, p.pattern, w.probability, w.weight, w.shares,
    property_manager.veto(p.pattern, a, b),
    property_manager.home_of(p.left_id) = property_manager.home_of(p.right_id),
    (select d.same from property_manager.home_decisions d
      where d.left_id = p.left_id and d.right_id = p.right_id),
    property_manager.side(a), property_manager.side(b)
  from property_manager.linkage_pairs p
  left join property_manager.linkage_patterns w using (pattern)
  join public.properties_live a on a.id = p.left_id
  join public.properties_live b on b.id = p.right_id
  where p.left_id = least(p_left, p_right) and p.right_id = greatest(p_left, p_right)
$$;

-- Listings whose id begins with a text, or that a source has under it: `acme/A-7`. At most three, to tell
-- one from many.
create function api.find_listings(p_text text) returns table (listing_id uuid, source text, property_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.id, l.source, l.property_id from public.properties_live l
  where l.source = split_part(p_text, '/', 1) and l.property_id = substr(p_text, strpos(p_text, '/') + 1)
  union
  select l.id, l.source, l.property_id from public.properties_live l
  where p_text ~ '^[0-9a-f]{8}'
    and overlay('00000000-0000-0000-0000-000000000000' placing p_text from 1)
      ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    and l.id between overlay('00000000-0000-0000-0000-000000000000' placing p_text from 1)::uuid
      and overlay('ffffffff-ffff-ffff-ffff-ffffffffffff' placing p_text from 1)::uuid
  limit 3
$$;

-- What became of homes, the newest first.
create function api.home_events(p_before bigint, p_most integer)
returns table (id bigint, kind text, listings integer, probability float8, reason text, actor text,
  created_at timestamptz, undoes bigint, undone_by bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.id, e.kind, jsonb_array_length(e.moved), e.probability, e.reason, e.actor, e.created_at, e.undoes,
    (select u.id from property_manager.home_events u where u.undoes = e.id)
  from property_manager.home_events e
  where p_before is null or e.id < p_before
  order by e.id desc
  limit p_most
$$;

-- The listings of the home that a listing is of.
create function api.home_of_listing(p_listing uuid) returns table (home_id uuid, side jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select property_manager.home_of(p_listing), property_manager.side(l)
  from property_manager.listings_of(property_manager.home_of(p_listing)) g (listing)
  join public.properties_live l on l.id = g.listing
  order by l.first_seen_at, l.id
$$;
