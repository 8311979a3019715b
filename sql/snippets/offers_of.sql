-- offers_of(listing)
-- What a listing offers: its own operation, and the others of its field offers.
(
  select {listing}.operation_type as operation, {listing}.price as amount, {listing}.price_max as amount_max,
    {listing}.price_is_from as is_from, {listing}.currency, {listing}.price_period as period,
    {listing}.price_note as note, {listing}.source, {listing}.id as listing_id
  where {listing}.operation_type is not null or {listing}.price is not null
    or {listing}.price_note is not null
  union all
  select further.offer ->> 'operation',
    case when jsonb_typeof(further.offer -> 'amount') = 'number'
      then (further.offer ->> 'amount')::numeric end,
    null, null, further.offer ->> 'currency', further.offer ->> 'period', null, {listing}.source, {listing}.id
  from jsonb_array_elements(
    case when jsonb_typeof({listing}.offers) = 'array' then {listing}.offers else '[]' end) further (offer)
  where further.offer ->> 'operation' <> coalesce({listing}.operation_type, '')
)
