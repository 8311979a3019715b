-- What the dashboard asks every second is read from the end of an index, however many sessions and plans there were.
create index scraping_sessions_created_at_idx on public.scraping_sessions (created_at);
create index scraping_sessions_completed_at_idx on public.scraping_sessions (completed_at);
create index sync_metadata_completed_at_idx on public.sync_metadata (completed_at);
create index plans_decided_at_idx on property_manager.plans (decided_at);
create index quarantine_decided_at_idx on property_manager.quarantine (decided_at);
