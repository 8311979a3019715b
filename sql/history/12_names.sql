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

-- Every id that the listing of this id has, and had.
create function property_manager.names_of(p_source integer, p_property_id text) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array_agg(distinct n.property_id)
  from (
    select p_property_id as property_id
    union all
    select f.property_id from property_manager.former_ids f
    where f.source_id = p_source and f.listing_id = (
      select l.id from public.properties_live l join public.sources s on s.name = l.source
      where s.id = p_source and l.property_id = p_property_id)
  ) n
$$;
