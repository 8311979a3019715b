-- Removing a source looks for its cleaned sessions.
create index cleaned_sessions_source_id_idx on property_manager.cleaned_sessions (source_id);
