-- The listings of a scope that are not removed, to compare with the keys that a feed still has. A listing
-- that another scope has shown since has only left this scope, and is not among them.
create function api.scope_listings(p_source text, p_scope text) returns table (property_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.property_id
  from (select f.id as scope_id, f.source_id, f.source from property_manager.scopes f
    where f.source = p_source and f.name = p_scope) covered
  join property_manager.listing_scopes k on k.scope_id = covered.scope_id
  cross join lateral /*use listing_of covered.source, k.property_id*/ l
  where l.status <> 'removed' and not /*use shown_elsewhere covered, k.property_id*/
$$;
