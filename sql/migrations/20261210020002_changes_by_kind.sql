-- What people look for among changes: listings that came, left or came back, and prices, the newest first.
create index property_changes_kind_idx on public.property_changes (change_type, change_set_id, id)
where change_type <> 'updated' or field_name = 'price';

-- The change sets of a source, and those of a time.
drop index property_manager.change_sets_source_id_idx;
create index change_sets_source_id_idx on property_manager.change_sets (source_id, id);
create index change_sets_committed_at_idx on property_manager.change_sets (committed_at);
