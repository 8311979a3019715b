-- offer_entry(offer)
-- One entry of a home's offers, as JSON; amounts are those of `price` and `price_max`.
jsonb_build_object('operation', {offer}.operation, 'amount', {offer}.amount, 'amount_max', {offer}.amount_max,
  'is_from', {offer}.is_from, 'currency', {offer}.currency, 'period', {offer}.period, 'note', {offer}.note,
  'source', {offer}.source, 'listing_id', {offer}.listing_id)
