-- folded(source, until)
-- The image of each listing of a source, or of all (null), by the audit, to select from: the last `created`,
-- overlaid by the later changes, of what was committed up to a moment. Part of its statement, so that no
-- image is copied; the statement has nested loops off, because it is of many listings and the planner may not
-- know of any change yet.
(
  with later as (
    select s.id from property_manager.change_sets s where s.committed_at > {until}
  ), created as (
    select c.listing_id, max(c.id) as id
    from public.property_changes c
    where c.change_type = 'created' and ({source} is null or c.source = {source})
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
    case when o.listing_id is null then c.new_value else (c.new_value - o.cleared) || o.given end as image
  from public.property_changes c
  join created k on k.listing_id = c.listing_id and k.id = c.id
  left join overlaid o on o.listing_id = c.listing_id
  where c.change_type = 'created'
)
