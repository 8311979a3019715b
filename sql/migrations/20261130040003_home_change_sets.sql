-- What became of homes as their sources were merged, so that a rollback of that takes it back.

alter table property_manager.home_events add column change_set_id bigint;
create index home_events_change_set_id_idx on property_manager.home_events (change_set_id)
  where change_set_id is not null;
comment on column property_manager.home_events.change_set_id is
  'The merge of two sources that it came with; null where it did not.';
comment on column property_manager.home_events.probability is
  'Of the pair that merged them; null where a person did, or the merge of two sources.';
