-- Homes are followed by the feed's positions, and what was undone is known as one decision.

-- the order in which change sets become visible, which that of their numbers is not; all are compared anew
alter table property_manager.linkage_progress drop column change_set;
alter table property_manager.linkage_progress drop column crowded;
alter table property_manager.linkage_progress add column position bigint not null default 0;
comment on column property_manager.linkage_progress.position is 'The feed position that live was compared at.';

create index linkage_pairs_waiting_idx on property_manager.linkage_pairs (left_id, right_id)
  where strpos(pattern, '?') > 0;

alter table property_manager.home_events add column decision bigint;
with recursive chain as (
  select id, id as decision from property_manager.home_events where undoes is null
  union all
  select e.id, c.decision from property_manager.home_events e join chain c on e.undoes = c.id
)
update property_manager.home_events e set decision = c.decision from chain c where c.id = e.id;
alter table property_manager.home_events alter column decision set not null;
create index home_events_decision_idx on property_manager.home_events (decision);
comment on column property_manager.home_events.decision is
  'The event that was first: an undone one, what undid it, what undid that, are one decision.';
