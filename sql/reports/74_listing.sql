-- One listing whole, and the moments at which something of it changed.

-- A listing by its id: {listing, home_id, listings_of_home, changes}; null where there is none.
create function api.listing_document(p_id uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('listing', to_jsonb(l), 'home_id', h.home_id,
    'listings_of_home', greatest(1, (
      select count(*) from property_manager.home_listings o where o.home_id = h.home_id)))
  from public.listings l
  cross join lateral (select /*use home_id l.id*/ as home_id) h
  where l.id = p_id
$$;

-- The change sets that changed a listing, newest first, at most so many: when, how many fields and which of
-- them (the first few), by what and by whom.
create function api.listing_moments(p_id uuid, p_limit integer)
returns table (change_set_id bigint, committed_at timestamptz, origin text, actor text, changes bigint,
  fields text[], created boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.change_set_id, s.committed_at, s.origin, s.actor, c.changes, c.fields[:6], c.created
  from (
    select k.change_set_id, count(*) as changes, bool_or(k.change_type = 'created') as created,
      array_agg(distinct k.field_name) filter (where k.field_name is not null) as fields
    from public.property_changes k
    where k.listing_id = p_id
    group by k.change_set_id
    order by k.change_set_id desc
    limit p_limit
  ) c
  cross join lateral /*use change_set c.change_set_id*/ s
  order by s.committed_at desc, c.change_set_id desc
$$;
