-- The listings of a scope that are not removed, to compare with the keys that a feed still has. A listing
-- that another scope has shown since has only left this scope, and is not among them.
create function api.scope_listings(p_source text, p_scope text) returns table (property_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.property_id
  from property_manager.scopes f
  join property_manager.sightings k on k.scope_id = f.id
  join public.properties_live l on l.source = f.source and l.property_id = k.property_id
  where f.source = p_source and f.name = p_scope and l.status <> 'removed'
    and not exists (
      select from property_manager.sightings o
      where o.source_id = k.source_id and o.property_id = k.property_id and o.scope_id <> k.scope_id
        and o.misses = 0 and o.seen_at > k.seen_at
    )
$$;
