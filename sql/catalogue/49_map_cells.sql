-- Where listings on the market are, counted by what changes as the market is.

-- Counts the places of a source anew: reads all of its listings.
create function property_manager.recount_map(p_source public.sources) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from property_manager.map_cells where source_id = p_source.id;
  insert into property_manager.map_cells (level, x, y, source_id, listings, x_sum, y_sum)
  /*use map_rows p_source.id, select * from property_manager.places_of(p_source.name)*/;
end
$$;

-- The places of a source's listings that are on the market, as moves.
create function property_manager.places_of(p_source text)
returns table (sign integer, latitude numeric, longitude numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 1, l.latitude, l.longitude
  from public.properties_live l
  where l.source = p_source and l.status = 'active'
$$;

-- What a change set moved on the map: where each listing is now, and where it was. Costs the changes of the
-- set.
create function property_manager.map_moves(p_set bigint)
returns table (sign integer, latitude numeric, longitude numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with changed as materialized (
    select c.source, c.property_id, bool_or(c.field_name is null) as came,
      coalesce(jsonb_object_agg(c.field_name, c.old_value) filter (where c.field_name is not null), '{}')
        as was
    from (
      -- found by the change set alone, not along the order of the groups
      select * from public.property_changes where change_set_id = p_set offset 0
    ) c
    where c.field_name is null or c.field_name in ('status', 'latitude', 'longitude')
    group by c.source, c.property_id
  ), known as materialized (
    select l.*, c.came, c.was
    from changed c
    cross join lateral (
      select n.status, n.latitude, n.longitude
      from public.properties_live n where n.source = c.source and n.property_id = c.property_id offset 0
    ) l
  )
  select 1, k.latitude, k.longitude
  from known k where k.status = 'active'
  union all
  select -1,
    case when k.was ? 'latitude' then (k.was ->> 'latitude')::numeric else k.latitude end,
    case when k.was ? 'longitude' then (k.was ->> 'longitude')::numeric else k.longitude end
  from known k
  where not k.came and case when k.was ? 'status' then k.was ->> 'status' else k.status end = 'active'
$$;

-- Takes a change set into the map, before it is published. A source is counted anew where the audit does
-- not say what the set changed: what is volatile changes without it, and an erasure overwrites it.
create function property_manager.count_map(p_set bigint, p_source public.sources, p_origin text)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  if p_origin = 'erase' or p_source.facts -> 'volatile' ?| '{latitude,longitude}' then
    perform property_manager.recount_map(p_source);
    return;
  end if;
  insert into property_manager.map_cells as c (level, x, y, source_id, listings, x_sum, y_sum)
  /*use map_rows p_source.id, select * from property_manager.map_moves(p_set)*/
  on conflict (level, x, y, source_id) do update
    set listings = c.listings + excluded.listings, x_sum = c.x_sum + excluded.x_sum,
      y_sum = c.y_sum + excluded.y_sum;
  delete from property_manager.map_cells where source_id = p_source.id and listings = 0;
end
$$;

-- Where the counts of the map are not what counting gives: source and cell. For doctor.
create function property_manager.miscounted_maps() returns table (source text, detail text)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  select f.name, format('cell %s/%s/%s of the map: %s listings are kept, %s are there', level, x, y,
    coalesce(c.listings, 0), coalesce(t.listings, 0))
  from property_manager.map_cells c
  full join (
    select r.*
    from public.sources f
    cross join lateral (
      /*use map_rows f.id, select * from property_manager.places_of(f.name)*/
    ) r (level, x, y, source_id, listings, x_sum, y_sum)
  ) t using (source_id, level, x, y)
  join public.sources f on f.id = source_id
  where (c.listings, c.x_sum, c.y_sum) is distinct from (t.listings, t.x_sum, t.y_sum)
$$;
