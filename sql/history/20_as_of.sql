-- The catalogue as it was at a moment.

-- Refuses a moment that is in the future, and one before the horizon, where history is folded into one image
-- of each listing.
-- In: the moment; a source, or null for all.
create function property_manager.require_history(p_moment timestamptz, p_source text default null)
returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source       text;
  v_begins       timestamptz;
  v_compacted_at timestamptz;
begin
  perform api.require_past(p_moment);
  select s.name, h.begins, h.compacted_at into v_source, v_begins, v_compacted_at
  from property_manager.horizons h
  join public.sources s on s.id = h.source_id
  where h.begins > p_moment and (p_source is null or s.name = p_source)
  order by h.begins desc limit 1;
  if found then
    raise exception 'history of % begins on %; compacted on %, so % cannot be answered', v_source,
      property_manager.format_moment(v_begins), property_manager.format_moment(v_compacted_at),
      property_manager.format_moment(p_moment)
      using errcode = 'PMHIS', hint = 'ask for a later moment';
  end if;
end
$$;

-- Every listing known at a moment, as a row of live with its columns from the audit. What the audit does not
-- hold (page and fetch time, scores, when it was last seen) is null; first_seen_at never changes.
-- In: the moment; a source, or null for all. Out: no rows before the first change set; an error before the
-- horizon, which is read in the same snapshot as the changes.
create function api.listings_at(p_moment timestamptz, p_source text default null)
returns setof public.properties_live
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
begin
  perform property_manager.require_history(p_moment, p_source);
  return query
  select was.*
  from property_manager.fold(p_source, p_moment) f
  join public.properties_live l on l.id = f.listing_id
  cross join lateral /*use past_listing f.image, l*/ was;
end
$$;

-- The first of these listings, at most p_limit, and how many there are in all.
create function api.first_listings_at(p_moment timestamptz, p_source text, p_limit integer)
returns table (
  source text, property_id text, status text, title text, price numeric, currency text, city text,
  total bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.source, l.property_id, l.status, l.title, l.price, l.currency, l.city, count(*) over ()
  from api.listings_at(p_moment, p_source) l
  order by l.source, l.property_id
  limit p_limit
$$;

-- The image of a few listings, at the cost of their own changes.
-- In: the listings; up to which feed position and moment their changes count.
-- Out: the image of each listing, and the changes that make it, oldest first.
create function property_manager.fold_of(p_listings uuid[], p_position bigint, p_moment timestamptz)
returns table (listing_id uuid, image jsonb, changes bigint[])
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_hashjoin = off
set enable_mergejoin = off set enable_seqscan = off as $$
  with changes as materialized (
    select c.listing_id, c.id, c.change_type, c.field_name, c.new_value
    from public.property_changes c
    cross join lateral /*use change_set c.change_set_id*/ s
    where c.listing_id = any (p_listings) and s.position <= p_position and s.committed_at <= p_moment
  ), ranked as (
    -- the latest change of each field comes first; so does the latest image
    select s.*, row_number() over (partition by s.listing_id, s.field_name order by s.id desc) as nth,
      max(s.id) filter (where s.change_type = 'created') over (partition by s.listing_id) as image_id
    from changes s
  )
  select r.listing_id,
    ((array_agg(r.new_value) filter (where r.id = r.image_id))[1]
      - coalesce(array_agg(r.field_name) filter (where r.overlays and coalesce(r.new_value, 'null') = 'null'),
        '{}'))
    || coalesce(
      jsonb_object_agg(r.field_name, r.new_value) filter (where r.overlays and r.new_value <> 'null'), '{}'),
    array_agg(r.id order by r.id)
  from (select *, field_name is not null and nth = 1 and id > image_id as overlays from ranked) r
  where r.image_id is not null
  group by r.listing_id
$$;

-- The listing that had an id at a moment, else the one that has it now or had it last.
create function property_manager.listing_named(p_source text, p_property_id text, p_moment timestamptz)
returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with named as (
    select l.id, true as is_now from public.properties_live l
    where l.source = p_source and l.property_id = p_property_id
    union all
    select f.listing_id, false from property_manager.former_ids f
    join public.sources s on s.id = f.source_id
    where s.name = p_source and f.property_id = p_property_id
  )
  select n.id
  from named n
  left join lateral property_manager.fold_of(array[n.id], 9223372036854775807, p_moment) f on true
  order by f.image ->> 'property_id' = p_property_id desc nulls last, n.is_now desc, n.id
  limit 1
$$;

-- One listing as it was at a moment; no row when it was not yet known.
create function api.listing_at(p_source text, p_property_id text, p_moment timestamptz)
returns setof public.properties_live
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_history(p_moment, p_source);
  return query
  select was.*
  from public.properties_live l
  cross join lateral property_manager.fold_of(array[l.id], 9223372036854775807, p_moment) f
  cross join lateral /*use past_listing f.image, l*/ was
  where l.id = property_manager.listing_named(p_source, p_property_id, p_moment);
end
$$;

-- The same as one JSON document, null when it was not yet known.
create function api.listing_image_at(p_source text, p_property_id text, p_moment timestamptz) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select to_jsonb(l) from api.listing_at(p_source, p_property_id, p_moment) l
$$;

-- The first moment that can be asked of a source, or of all (null): before its first change nothing was
-- known, and before the horizon its changes are folded.
create function api.history_begins(p_source text default null) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (select max(h.begins) from property_manager.horizons h join public.sources s on s.id = h.source_id
      where p_source is null or s.name = p_source),
    (select min(c.committed_at) from property_manager.change_sets c
      join public.sources s on s.id = c.source_id
      where p_source is null or s.name = p_source))
$$;
