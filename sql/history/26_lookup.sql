-- What is known of one listing, for answers about it.

-- When a listing came to the catalogue; null where it never did.
create function api.first_known(p_source text, p_property_id text) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select created_at from public.properties_live
  where id = property_manager.listing_named(p_source, p_property_id)
$$;

-- Whether a row of the listing is in quarantine.
create function api.is_quarantined(p_source text, p_property_id text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from property_manager.quarantine q
    join public.sources f on f.id = q.source_id
    where f.name = p_source and q.property_id = p_property_id and q.status = 'open')
$$;

-- Ids of a source that begin as this one does, a few.
create function api.listing_ids_like(p_source text, p_property_id text) returns table (property_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.property_id from public.properties_live l
  where l.source = p_source
    and l.property_id like replace(replace(left(p_property_id, 3), '\', '\\'), '%', '\%') || '%'
  limit 200
$$;
