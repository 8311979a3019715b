-- A removal that a person refused is not planned again by the same proofs.
alter table property_manager.gone_candidates add column refused_at timestamptz;
comment on column property_manager.gone_candidates.refused_at is
  'When a person discarded the plan of its removal: its page is asked anew a month later, and both proofs count anew.';
