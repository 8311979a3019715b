-- A quarantined row knows the session that took it again, and a removed session what became of its rows.

alter table property_manager.quarantine add column reprocessed_in uuid;
comment on column property_manager.quarantine.reprocessed_in is 'The session that the row was staged in again.';
create index quarantine_reprocessed_in_idx on property_manager.quarantine (reprocessed_in) where reprocessed_in is not null;
comment on column property_manager.cleaned_sessions.quarantined is
  'Its rows that were set aside: [{rules, status, rows}], one for each set of rules that rows failed.';
