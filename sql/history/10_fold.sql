-- live = fold(property_changes), field by field.

-- A live row as its audit has it, for one listing or a few. A statement over many uses the snippet, because a
-- call costs more than the image.
create function property_manager.listing_image(l public.properties_live) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select /*use listing_image l*/
$$;

-- The same, as a call with the planner set for it.
create function property_manager.fold(p_source text default null, p_until timestamptz default 'infinity')
returns table (listing_id uuid, image jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off
set work_mem = '128MB' as $$
  select f.listing_id, f.image from /*use folded p_source, p_until*/ f
$$;

-- Where live and its audit differ: a row for each field, but for the volatile ones, which make no changes.
create function property_manager.fold_mismatches(p_source text default null)
returns table (listing_id uuid, source text, property_id text, field_name text, live jsonb, audit jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off
set work_mem = '128MB' as $$
  with listed as (
    select l.id, l.source, l.property_id, /*use listing_image l*/ as image
    from public.properties_live l
    where p_source is null or l.source = p_source
    offset 0 -- made once
  ), unequal as materialized (
    select coalesce(l.id, f.listing_id) as listing_id, l.source, l.property_id,
      coalesce(l.image, '{}') as live, coalesce(f.image, '{}') as audit
    from listed l
    full join /*use folded p_source, 'infinity'*/ f on f.listing_id = l.id
    where l.image is distinct from f.image
  )
  select u.listing_id, u.source, u.property_id, d.field_name, d.live, d.audit
  from unequal u
  left join public.sources s on s.name = u.source
  cross join lateral (
    select coalesce(a.key, b.key) as field_name, a.value as live, b.value as audit
    from jsonb_each(u.live) a
    full join jsonb_each(u.audit) b on b.key = a.key
    where a.value is distinct from b.value
  ) d
  where not coalesce(s.facts -> 'volatile' ? d.field_name, false)
$$;
