-- Listings by the ids that they have, or had before a change of ids.

-- The listing of a source that has an id, or had it last; null where none did.
create function property_manager.listing_named(p_source text, p_property_id text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (select l.id from public.properties_live l where l.source = p_source and l.property_id = p_property_id),
    (select f.listing_id from property_manager.former_ids f
      join public.sources s on s.id = f.source_id
      where s.name = p_source and f.property_id = p_property_id
      order by f.changed_at desc, f.listing_id limit 1))
$$;

-- Under which sources and ids the home of a listing is known: its own, those that it had before, and those of
-- the listings that it was merged with. This id of this source is always among them.
create function property_manager.same_homes(p_source integer, p_property_id text)
returns table (source_id integer, property_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with recursive home as (
    select l.id from public.properties_live l join public.sources s on s.name = l.source
    where s.id = p_source and l.property_id = p_property_id
    union
    select other.id
    from home
    cross join lateral (
      select m.into_listing as id from property_manager.merged_homes m where m.from_listing = home.id
      union all
      select m.from_listing from property_manager.merged_homes m where m.into_listing = home.id
    ) other
  )
  select p_source, p_property_id
  union
  select s.id, l.property_id
  from home join public.properties_live l using (id) join public.sources s on s.name = l.source
  union
  select f.source_id, f.property_id from home join property_manager.former_ids f on f.listing_id = home.id
$$;

-- Every id that the listing of this id has, and had, in its source.
create function property_manager.names_of(p_source integer, p_property_id text) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array_agg(distinct h.property_id)
  from property_manager.same_homes(p_source, p_property_id) h
  where h.source_id = p_source
$$;

-- The sources that know the home of a listing, its own first.
create function api.sources_of_home(p_source text, p_property_id text) returns table (name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.name
  from (
    select distinct h.source_id
    from public.sources f cross join lateral property_manager.same_homes(f.id, p_property_id) h
    where f.name = p_source
  ) h
  join public.sources s on s.id = h.source_id
  order by s.name <> p_source, s.name
$$;

-- A text as one word of a shell's command.
create function property_manager.shell_word(p_text text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select '''' || replace(p_text, '''', '''\''''') || ''''
$$;
