-- No horizon lies in the future, and what a process that died left behind is found by index.

-- A horizon that an earlier version set in the future stays until `repair` lowers it: not checked here.
alter table property_manager.horizons add constraint horizons_in_the_past
  check (begins <= clock_timestamp() and compacted_at <= clock_timestamp()) not valid;

create index sync_metadata_running_idx on public.sync_metadata (session_id) where sync_status = 'running';
create index scraping_sessions_running_idx on public.scraping_sessions (heartbeat_at) where status = 'running';
