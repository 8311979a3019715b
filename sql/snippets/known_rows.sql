-- known_rows(plan)
-- How many rows of a plan's session are of listings that were known already.
select greatest(({plan}.metrics ->> 'total_scraped')::numeric - ({plan}.metrics ->> 'new_properties')::numeric
  - ({plan}.metrics ->> 'superseded_rows')::numeric, 0) as rows
