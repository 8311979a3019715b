-- known_changes(session, source)
-- The changes of known listings, as a query: the confidence of each and its parts, whether it is significant,
-- its reason as text.
with measured as (
  select d.row_no, d.property_id, d.listing_id, d.base, d.field_name, d.old_value, d.new_value, d.currency,
    f.compare, f.confidence, f.tolerance, f.monitored, -- all null for the status, which is no listing field
    case when f.compare in ('percent', 'absolute') and jsonb_typeof(d.old_value) = 'number'
      and jsonb_typeof(d.new_value) = 'number'
      then abs((d.new_value #>> '{}')::numeric - (d.old_value #>> '{}')::numeric)
        / case when f.compare = 'percent' then nullif(abs((d.old_value #>> '{}')::numeric), 0) else 1 end
    end as moved,
    case when f.compare = 'text' and jsonb_typeof(d.old_value) = 'string'
      and jsonb_typeof(d.new_value) = 'string'
      then extensions.similarity(left(d.old_value #>> '{}', 5000), left(d.new_value #>> '{}', 5000))
    end as alike
  from property_manager.differences({session}, {source}) d
  left join property_manager.listing_fields f on f.name = d.field_name
)
select row_no, property_id, listing_id, base, field_name, old_value, new_value,
  round(case
    when field_name = 'status' or (field_name = 'price' and moved > 0.10) then 0.95
    when alike > 0.9 then confidence * 0.7
    else confidence end, 3) as confidence,
  case
    when field_name = 'status' then '{"field": 0.95}'
    when field_name = 'price' and moved > 0.10 then '{"field": 0.95, "because": "moves by more than 10 %"}'
    when alike > 0.9
      then jsonb_build_object('field', confidence, 'alike', round(alike::numeric, 2), 'factor', 0.7)
    else jsonb_build_object('field', confidence) end as parts,
  coalesce(monitored, true) and coalesce(moved > tolerance, true) as significant,
  case when field_name = 'status' and new_value = '"active"' then 'back on the market'
    else /*use describe_change field_name, coalesce(compare, 'text'), old_value, new_value, currency*/
    end as reason
from measured
