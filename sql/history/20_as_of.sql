-- The catalogue as it stood at a moment.

-- Every listing known then, as a row of live: its columns from the audit. What the audit does not tell (how it came
-- to us, its scores, when it was last seen) is null; first_seen_at never changes.
-- In: the moment; a source or null for all. Out: nothing before the first change set.
create function property_manager.listings_at(p_moment timestamptz, p_source text default null)
returns setof public.properties_live
language sql stable security definer set search_path = '' as $$
  select was.*
  from property_manager.fold(p_source, p_moment) f
  join public.properties_live l on l.id = f.listing_id
  cross join lateral jsonb_populate_record(null::public.properties_live,
    f.image || jsonb_build_object('id', l.id, 'source', l.source, 'first_seen_at', l.first_seen_at)) was
$$;
grant execute on function property_manager.listings_at to service_role;

-- When the catalogue, or one source of it, begins: before that moment nothing was known.
create function property_manager.history_begins(p_source text default null) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select min(c.committed_at)
  from property_manager.change_sets c
  join public.sources s on s.id = c.source_id
  where p_source is null or s.name = p_source
$$;
grant execute on function property_manager.history_begins to service_role;
