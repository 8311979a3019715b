-- market_rows(source, moves)
-- The rows that moves on the market add up to. A move is a listing that came (1) or left (-1):
-- (sign, city, property_type, operation_type, currency, price).
select {source},
  case grouping(k.city, k.property_type) when 0 then 'city and kind' when 1 then 'city' else 'kind' end,
  coalesce(k.city, ''), coalesce(k.property_type, ''), coalesce(k.operation_type, ''),
  coalesce(k.currency, ''), sum(k.sign), coalesce(sum(k.sign) filter (where k.price is not null), 0),
  coalesce(sum(k.sign * k.price), 0)
from (
  select m.sign, left(coalesce(m.city, ''), 200) as city,
    left(coalesce(m.property_type, ''), 200) as property_type,
    left(coalesce(m.operation_type, ''), 200) as operation_type,
    left(coalesce(m.currency, ''), 10) as currency, nullif(m.price, 'NaN') as price
  from ({moves}) m
) k
group by grouping sets ((k.city, k.property_type, k.operation_type, k.currency),
  (k.property_type, k.operation_type, k.currency), (k.city))
