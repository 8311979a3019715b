-- Other values of one parcel in a hundred, with their audit, as a sync would write them.
with placed as (
  update property_manager.feed set position = position + 1 returning position
), done as (
  insert into property_manager.change_sets (id, position, source_id, origin, actor, counts)
  select nextval('property_manager.change_set_ids'), position, (select id from public.sources where name = 'bench'),
    'sync', 'bench', '{}' from placed
  returning id
), changed as (
  update county.property_records r set market_value = market_value + 10000
  where record_id::integer % 100 = 7 and market_value is not null
  returning r.id, r.record_id, r.market_value
), parcels as (
  select id, record_id from county.properties where record_id::integer % 100 = 7
)
insert into county.changes (change_set_id, kind, record, source, record_id, change_type, field_name, old_value,
  new_value, change_reason, actor)
select done.id, 'property_records', c.id, 'bench', c.record_id, 'updated', 'market_value',
  to_jsonb(c.market_value - 10000), to_jsonb(c.market_value), 'bench', 'bench' from done, changed c
union all
select done.id, 'properties', p.id, 'bench', p.record_id, 'updated', 'city', '"x"', '"x"', 'bench', 'bench'
from done, parcels p;
