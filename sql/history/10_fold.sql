-- live = fold(property_changes), field by field.

-- A live row as its audit sees it: content, id and status; absent means null. apply_new() writes this very image.
create function property_manager.listing_image(l public.properties_live) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object('status', l.status) || to_jsonb((
      select scalars from (
        select l.property_id, /*each compare=text+compare=exact+compare=percent+compare=absolute ", "*/l.{name}/*end*/
      ) scalars)))
    || /*each compare=set+compare=ordered+compare=deep " || "*/case when l.{name} is null then '{}' else jsonb_build_object('{name}', l.{name}) end/*end*/
$$;

-- What the audit says of a source's listings, or of all: the last image, overlaid by every later change. Of both,
-- only what was committed up to a moment.
create function property_manager.fold(p_source text default null, p_until timestamptz default 'infinity')
returns table (listing_id uuid, image jsonb)
-- Always of many listings, and the planner may know of no change yet: joined one by one they would take for ever.
language sql stable security definer set search_path = '' set enable_nestloop = off as $$
  with later as (
    select s.id from property_manager.change_sets s where s.committed_at > p_until
  ), created as (
    select distinct on (c.listing_id) c.listing_id, c.id, c.new_value as image
    from public.property_changes c
    where c.change_type = 'created' and (p_source is null or c.source = p_source)
      and not exists (select from later where later.id = c.change_set_id)
    order by c.listing_id, c.id desc
  ), latest as (
    select distinct on (c.listing_id, c.field_name) c.listing_id, c.field_name, c.new_value
    from public.property_changes c
    join created k on k.listing_id = c.listing_id and c.id > k.id
    where c.field_name is not null
      and not exists (select from later where later.id = c.change_set_id)
    order by c.listing_id, c.field_name, c.id desc
  ), overlaid as (
    select l.listing_id,
      coalesce(jsonb_object_agg(l.field_name, l.new_value) filter (where l.new_value is not null and l.new_value <> 'null'), '{}') as given,
      array_agg(l.field_name) filter (where l.new_value is null or l.new_value = 'null') as cleared
    from latest l
    group by l.listing_id
  )
  select k.listing_id, (k.image - coalesce(o.cleared, '{}')) || coalesce(o.given, '{}')
  from created k
  left join overlaid o using (listing_id)
$$;

-- Where live and its audit disagree: one row a field. Volatile fields of a source make no changes and are passed over.
create function property_manager.fold_mismatches(p_source text default null)
returns table (listing_id uuid, source text, property_id text, field_name text, live jsonb, audit jsonb)
language sql stable security definer set search_path = '' as $$
  select coalesce(l.id, f.listing_id), l.source, l.property_id, d.field_name, d.live, d.audit
  from (select * from public.properties_live x where p_source is null or x.source = p_source) l
  full join property_manager.fold(p_source) f on f.listing_id = l.id
  cross join lateral (
    select coalesce(a.key, b.key) as field_name, a.value as live, b.value as audit
    from jsonb_each(coalesce(property_manager.listing_image(l), '{}')) a
    full join jsonb_each(coalesce(f.image, '{}')) b on b.key = a.key
    where a.value is distinct from b.value
  ) d
  left join public.sources s on s.name = l.source
  where property_manager.listing_image(l) is distinct from f.image
    and not coalesce(s.facts -> 'volatile' ? d.field_name, false)
$$;
grant execute on function property_manager.fold, property_manager.fold_mismatches to service_role;
