-- What was found of a listing is reported again while its rows do not change, so it is kept whole.

alter table property_manager.listing_warnings add column outcome text not null default 'failed'
  check (outcome in ('failed', 'errored', 'doubtful'));
alter table property_manager.listing_warnings add column readings jsonb;
comment on column property_manager.listing_warnings.readings is
  'The values that a doubtful cell may stand for, as text; as given first.';
-- what an earlier version kept says by its reason what it is
update property_manager.listing_warnings w set outcome = 'errored'
where w.reason like 'rule % could not be checked: %';
update property_manager.listing_warnings w set outcome = 'doubtful'
from public.validation_rules r
where r.rule_name = w.rule_name and r.rule_type = 'likely' and w.outcome = 'failed';
