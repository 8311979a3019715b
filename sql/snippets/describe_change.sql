-- describe_change(field, compare, old, new, currency)
-- One change as text, with the currency of a price and the percentage of a number:
-- price 4,650,000 → 4,400,000 MXN (−5.4 %).
{field} || ' ' || case
  when jsonb_typeof({old}) = 'array' and jsonb_typeof({new}) = 'array' then
    coalesce(nullif(/*use list_difference {old}, {new}*/, ''), 'reordered')
  else /*use format_value {old}*/ || ' → ' || /*use format_value {new}*/
    || case when {field} in ('price', 'price_max', 'price_per_m2') and jsonb_typeof({new}) = 'number'
         then coalesce(' ' || {currency}, '') else '' end
    || case when {compare} = 'percent' and jsonb_typeof({old}) = 'number' and jsonb_typeof({new}) = 'number'
         and ({old} #>> '{}')::numeric <> 0
         then /*use format_move ({new} #>> '{}')::numeric / ({old} #>> '{}')::numeric - 1*/
         else '' end
end
