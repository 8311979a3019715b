-- Rules of the kind "certain": a row with a doubt about the field fails.

alter table public.validation_rules drop constraint validation_rules_rule_type_check;
alter table public.validation_rules add constraint validation_rules_rule_type_check
  check (rule_type in ('required', 'range', 'pattern', 'one_of', 'length', 'unique', 'compare', 'certain', 'custom'));
comment on column public.property_scrapes_staging.issues is
  'Cells that were blank, unparseable, doubtful, repaired or derived: [{field, kind, text, why, readings}]; readings '
  'are the values that a doubtful cell may stand for.';
