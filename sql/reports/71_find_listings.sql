-- Listings as staff look for them: those of public.search_listings(), of any status if none is given, with
-- how many there are.

-- Refuses a search that has no right answer; one without a status is of all.
create function property_manager.require_wanted(p_wanted jsonb) returns void
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select property_manager.require_search('{"status": "active", "sort": "newest"}' || p_wanted)
$$;

-- A search whose `place` is said as the city that it names, else as a neighbourhood.
create function property_manager.with_place(p_wanted jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select (p_wanted - 'place') || case when not p_wanted ? 'place' then '{}' else
    jsonb_build_object(case when exists (
        select from public.properties_live l
        where /*use place_key l.city*/ = /*use place_key (p_wanted ->> 'place')*/)
      then 'city' else 'neighborhood' end, p_wanted ->> 'place') end
$$;

-- The statuses that a search is of.
create function property_manager.wanted_statuses(p_wanted jsonb) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_wanted ? 'status' then array[p_wanted ->> 'status']
    else '{active,inactive,removed}' end
$$;

-- All conditions of a search, each on a listing l. Beside others, the status is none that an index answers,
-- but for that of prices: most listings are of one status, and the planner would read an index for them all.
create function property_manager.wanted_conditions(p_wanted jsonb) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select concat_ws(' and ', case when o.others is null
      then format('l.status = any (%L)', property_manager.wanted_statuses(p_wanted))
      when not p_wanted ? 'status' then null
      when p_wanted ?| '{price_min,price_max}'
        then format('l.status = %L and left(l.currency, 3) = left(%L, 3)', p_wanted ->> 'status',
          upper(p_wanted ->> 'currency'))
      else format('l.status || '''' = %L', p_wanted ->> 'status') end, o.others)
  from (
    select nullif(concat_ws(' and ',
      case when p_wanted ? 'city' then property_manager.place_condition('l.city', p_wanted ->> 'city') end,
      case when p_wanted ? 'currency' then format('l.currency = %L', upper(p_wanted ->> 'currency')) end,
      case when p_wanted ->> 'sort' <> 'newest' then 'l.price < ''NaN''' end,
      array_to_string(property_manager.search_conditions(p_wanted || '{"sort": "newest"}'), ' and ')), '')
      as others
  ) o
$$;

-- A page of the listings that meet every condition, in the order of `sort`.
-- In: the arguments of public.search_listings() by their names, but for page_size and after, and `place`, a
-- city or a neighbourhood; the rows of a page; the cursor of the last row of the page before, or null.
create function api.page_of_listings(p_wanted jsonb, p_limit integer, p_after text)
returns setof public.listing_card
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_wanted constant jsonb := '{"sort": "newest"}' || property_manager.with_place(p_wanted);
  v_sort   constant text := v_wanted ->> 'sort';
  v_after  text[];
begin
  perform property_manager.require_page_size(p_limit);
  perform property_manager.require_wanted(v_wanted);
  v_after := property_manager.cursor_values(p_after, v_sort, 2);
  return query
  select /*use listing_card l, property_manager.last_seen(l.source, l.property_id),
    property_manager.cursor_of(v_sort, case v_sort when 'newest'
      then property_manager.exact_moment(l.first_seen_at) else l.price::text end, l.id::text)*/
  from unnest(property_manager.wanted_statuses(v_wanted)) s (status)
  cross join lateral unnest(property_manager.page_ids(
    property_manager.search_start(v_wanted || jsonb_build_object('status', s.status), v_after),
    property_manager.search_conditions(v_wanted), v_sort, p_limit)) p (id)
  cross join lateral (select * from public.properties_live n where n.id = p.id offset 0) l
  order by case v_sort when 'newest' then l.first_seen_at end desc,
    case v_sort when 'cheapest' then l.price end, case v_sort when 'dearest' then l.price end desc,
    case v_sort when 'cheapest' then l.id end, l.id desc
  limit p_limit;
end
$$;

-- How many listings meet every condition: exactly, or that they are more than p_most; and how many of them
-- are not on the map, where all were counted and looked at. What the market is counted by needs no look.
create function api.count_listings(p_wanted jsonb, p_most integer, out listings bigint, out more boolean,
  out unplaced bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_ids    uuid[];
  v_wanted constant jsonb := property_manager.with_place(p_wanted);
begin
  perform property_manager.require_wanted(v_wanted);
  more := false;
  if v_wanted ->> 'status' = 'active'
    and v_wanted - '{status,sort,source,city,property_type,operation_type,currency}'::text[] = '{}' then
    -- in an order by price there are those that state one
    select coalesce(sum(case when coalesce(v_wanted ->> 'sort', 'newest') = 'newest' then m.listings
      else m.priced end), 0) into listings
    from property_manager.market_counts m
    where m.level = case when v_wanted ? 'city' then 'city and kind' else 'kind' end
      and (not v_wanted ? 'source'
        or m.source_id = (select f.id from public.sources f where f.name = v_wanted ->> 'source'))
      and (not v_wanted ? 'city' or /*use place_key m.city*/ = /*use place_key (v_wanted ->> 'city')*/)
      and (not v_wanted ? 'property_type'
        or /*use place_key m.property_type*/ = /*use place_key (v_wanted ->> 'property_type')*/)
      and (not v_wanted ? 'operation_type' or m.operation_type = lower(v_wanted ->> 'operation_type'))
      and (not v_wanted ? 'currency' or m.currency = upper(v_wanted ->> 'currency'));
    if v_wanted - '{status,source}'::text[] = '{}' then
      select count_listings.listings - coalesce(sum(c.listings), 0) into unplaced
      from property_manager.map_cells c
      where c.level = 5 and (not v_wanted ? 'source'
        or c.source_id = (select f.id from public.sources f where f.name = v_wanted ->> 'source'));
    end if;
    return;
  end if;
  v_ids := property_manager.some_ids(property_manager.wanted_conditions(v_wanted), p_most + 1);
  listings := least(cardinality(v_ids), p_most);
  more := cardinality(v_ids) > p_most;
  if not more then
    select count(*) into unplaced
    from unnest(v_ids) w (id)
    cross join lateral (
      select n.latitude, n.longitude from public.properties_live n where n.id = w.id offset 0
    ) l
    where l.latitude is null or l.longitude is null or (l.latitude = 0 and l.longitude = 0);
  end if;
end
$$;

-- What a search can be narrowed down to, the most frequent first: {cities, property_types, currencies},
-- at most so many of each, of listings on the market.
create function api.search_choices(p_most integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_object_agg(k.kind, coalesce(n.names, '[]'))
  from (values ('cities'), ('property_types'), ('currencies'), ('sources')) k (kind)
  left join (
    select r.kind, jsonb_agg(r.name order by r.place) as names
    from (
      select c.kind, c.name,
        row_number() over (partition by c.kind order by sum(c.listings) desc, c.name) as place
      from (
        select 'cities' as kind, m.city as name, m.listings
        from property_manager.market_counts m where m.level = 'city'
        union all
        select v.kind, v.name, m.listings
        from property_manager.market_counts m
        cross join lateral (values ('property_types', m.property_type), ('currencies', m.currency))
          v (kind, name)
        where m.level = 'kind'
        union all
        select 'sources', f.name, 0 from public.sources f
      ) c
      where c.name <> ''
      group by c.kind, c.name
    ) r
    where r.place <= p_most
    group by r.kind
  ) n on n.kind = k.kind
$$;
