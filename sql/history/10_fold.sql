-- live = fold(property_changes), field by field.

-- A change set by its id: always looked up, whatever number of them the planner expects. It has no
-- search_path of its own, so it becomes part of the calling query; its offset keeps it as it is there.
create function property_manager.change_set(p_id bigint) returns setof property_manager.change_sets
language sql stable rows 1 as $$
  select * from property_manager.change_sets where id = p_id offset 0
$$;

-- A live row as its audit has it, for one listing or a few. A statement over many uses the snippet, because a
-- call costs more than the image.
create function property_manager.listing_image(l public.properties_live) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select /*use listing_image l*/
$$;

-- The image of each listing of a source, or of all (null), by the audit: the last `created`, overlaid by the
-- later changes, of what was committed up to a moment. It becomes part of the calling query, so that no image
-- is copied; call it with nested loops off, because it is of many listings and the planner may not know of
-- any change yet.
create function property_manager.folded(p_source text, p_until timestamptz)
returns table (listing_id uuid, image jsonb)
language sql stable as $$
  with later as (
    select s.id from property_manager.change_sets s where s.committed_at > p_until
  ), created as (
    select c.listing_id, max(c.id) as id
    from public.property_changes c
    where c.change_type = 'created' and (p_source is null or c.source = p_source)
      and not exists (select from later where later.id = c.change_set_id)
    group by c.listing_id
  ), latest as (
    select distinct on (c.listing_id, c.field_name) c.listing_id, c.field_name, c.new_value
    from public.property_changes c
    join created k on k.listing_id = c.listing_id and c.id > k.id
    where c.field_name is not null
      and not exists (select from later where later.id = c.change_set_id)
    order by c.listing_id, c.field_name, c.id desc
  ), overlaid as (
    select l.listing_id,
      coalesce(jsonb_object_agg(l.field_name, l.new_value)
        filter (where l.new_value is not null and l.new_value <> 'null'), '{}') as given,
      coalesce(array_agg(l.field_name)
        filter (where l.new_value is null or l.new_value = 'null'), '{}') as cleared
    from latest l
    group by l.listing_id
  )
  select c.listing_id,
    case when o.listing_id is null then c.new_value else (c.new_value - o.cleared) || o.given end
  from public.property_changes c
  join created k on k.listing_id = c.listing_id and k.id = c.id
  left join overlaid o on o.listing_id = c.listing_id
  where c.change_type = 'created'
$$;

-- The same, as a call with the planner set for it.
create function property_manager.fold(p_source text default null, p_until timestamptz default 'infinity')
returns table (listing_id uuid, image jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off
set work_mem = '128MB' as $$
  select f.listing_id, f.image from property_manager.folded(p_source, p_until) f
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
    full join property_manager.folded(p_source, 'infinity') f on f.listing_id = l.id
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
