-- Listings in the order in which they were last seen. No column holds that: it follows from each scope's
-- watermark and what the scope has shown. So it is read scope by scope, from two streams that are each in
-- order: what the scope shows, which its watermark covers, and what it has missed since.

-- The streams that go on after a place, and from where: in the stream of the place after it, in others at
-- its moment or below; with the moment of the first row of each.
-- In: the source, or null; the place (moment, scope, whether shown, sighting, id) or null.
create function property_manager.sighting_streams(p_source text, p_after text[])
returns table (scope_id integer, source text, watermark timestamptz, shown boolean, from_seen_at timestamptz,
  from_id text, seen timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, s.source, case when t.shown then s.watermark end, t.shown, b.seen_at, b.property_id,
    case when t.shown then greatest(k.seen_at, s.watermark) else k.seen_at end
  from (
    select p_after[1]::timestamptz as seen, p_after[2]::integer as scope_id, p_after[3]::boolean as shown,
      p_after[4]::timestamptz as seen_at, p_after[5] as property_id
  ) a
  cross join (values (true), (false)) t (shown)
  join property_manager.scopes s on p_source is null or s.source = p_source
  cross join lateral (
    select case when a.seen is null then 'infinity'
        when (s.id, t.shown) = (a.scope_id, a.shown) then a.seen_at
        when (s.id, t.shown) > (a.scope_id, a.shown) then a.seen
        else a.seen + interval '1 microsecond' end as seen_at,
      case when (s.id, t.shown) = (a.scope_id, a.shown) then a.property_id else '' end as property_id
  ) b
  cross join lateral (
    select n.seen_at
    from property_manager.listing_scopes n
    where n.scope_id = s.id and (n.misses = 0) = t.shown
      and (n.seen_at, n.property_id) < (b.seen_at, b.property_id)
    order by n.seen_at desc, n.property_id desc
    limit 1
  ) k
  -- the watermark is the least that a stream of shown listings comes to
  where a.seen is null or not t.shown or s.watermark is null or s.watermark < a.seen
    or s.watermark = a.seen and (s.id, t.shown) <= (a.scope_id, a.shown)
$$;

-- The next rows of all streams after a place, in order; only streams that begin first can have them.
create function property_manager.next_sightings(p_source text, p_after text[], p_rows integer)
returns table (seen timestamptz, scope_id integer, shown boolean, seen_at timestamptz, source text,
  property_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  select greatest(k.seen_at, s.watermark), s.scope_id, s.shown, k.seen_at, s.source, k.property_id
  from (
    select * from property_manager.sighting_streams(p_source, p_after)
    order by seen desc, scope_id desc, shown desc
    limit p_rows
  ) s
  cross join lateral (
    select n.seen_at, n.property_id
    from property_manager.listing_scopes n
    where n.scope_id = s.scope_id and (n.misses = 0) = s.shown
      and (n.seen_at, n.property_id) < (s.from_seen_at, s.from_id)
    order by n.seen_at desc, n.property_id desc
    limit p_rows
  ) k
  order by 1 desc, 2 desc, 3 desc, 4 desc, 6 desc
  limit p_rows
$$;

-- When a listing was last seen, and in which scope; of several at the same moment the one with the
-- highest id.
create function property_manager.last_shown(p_source text, p_property_id text)
returns table (seen timestamptz, scope_id integer)
language sql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
  select /*use seen_at k, f*/, f.id
  from (
    select * from property_manager.listing_scopes shown where shown.property_id = p_property_id offset 0
  ) k
  cross join lateral (
    select scope.id, scope.source, scope.watermark from property_manager.scopes scope
    where scope.id = k.scope_id offset 0
  ) f
  where f.source = p_source
  order by 1 desc, 2 desc
  limit 1
$$;

-- Listings, those first that were seen last, a page at a time: of a source, or of all. Visitors see what is
-- active. after: the cursor of the last row of the page before.
create function public.recently_seen(source text default null, page_size integer default 20,
  after text default null) returns setof public.listing_card
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_after constant text[] := property_manager.cursor_values(after, 'seen', 5);
  v_all   constant boolean := property_manager.sees_all(property_manager.caller());
  v_place text[] := v_after;
  v_left  integer := page_size;
  v_rows  integer := page_size + 5;
  v_found integer;
  v_next  record;
begin
  perform property_manager.require_page_size(page_size);
  if property_manager.is_answered('recently_seen') then
    return;
  end if;
  loop
    v_found := 0;
    for v_next in
      select n.*, array[property_manager.exact_moment(n.seen), n.scope_id::text, n.shown::text,
        property_manager.exact_moment(n.seen_at), n.property_id] as place
      from property_manager.next_sightings(recently_seen.source, v_place, v_rows) n
    loop
      v_found := v_found + 1;
      v_place := v_next.place;
      return query
      select /*use listing_card l, v_next.seen,
        property_manager.cursor_of(variadic array['seen'] || v_place)*/
      from public.properties_live l
      join property_manager.last_shown(v_next.source, v_next.property_id) d
        on d.seen = v_next.seen and d.scope_id = v_next.scope_id
      where l.source = v_next.source and l.property_id = v_next.property_id
        and (v_all or l.status = 'active');
      if found then
        v_left := v_left - 1;
        exit when v_left = 0;
      end if;
    end loop;
    exit when v_left = 0 or v_found < v_rows;
    v_rows := least(2 * v_rows, 1000);
  end loop;
end
$$;
grant execute on function public.recently_seen to anon, authenticated, service_role;
