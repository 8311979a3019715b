-- A session that a dry run staged waits for a person's word alone, and for no scheduled sync.

alter table public.scraping_sessions drop constraint scraping_sessions_sync_status_check;
alter table public.scraping_sessions add constraint scraping_sessions_sync_status_check
  check (sync_status in ('pending', 'held', 'planned', 'completed', 'stale', 'discarded', 'rolled_back'));
