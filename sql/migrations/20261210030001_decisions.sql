-- What pages of decisions look up: a page costs its rows, however many plans, rows and pairs there are.

create index plans_created_at_idx on property_manager.plans (created_at desc, id desc);
-- The actions of a plan that are few beside its new listings; those are in the order of its key.
create index plan_rows_action_idx on property_manager.plan_rows (plan_id, action, property_id)
  where action <> 'create';
create index quarantine_open_idx on property_manager.quarantine (id) where status = 'open';
create index quarantine_source_open_idx on property_manager.quarantine (source_id, id) where status = 'open';
create index linkage_waiting_probability_idx on property_manager.linkage_waiting
  (probability desc, left_id, right_id);

alter table property_manager.plans add column decision text;
comment on column property_manager.plans.decision is 'Why it was discarded, in the words of whoever did.';
