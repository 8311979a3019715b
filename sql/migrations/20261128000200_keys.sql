-- Indexes by which a sync looks up what it is about, so that its cost does not depend on the server's statistics.

-- Which scopes have shown a listing.
create index listing_scopes_property_id_idx on property_manager.listing_scopes (property_id);
-- What may still be synced or decided on, of sources with many sessions.
create index scraping_sessions_waiting_idx on public.scraping_sessions (scope_id, completed_at)
  where sync_status in ('pending', 'held');
create index plans_waiting_idx on property_manager.plans (session_id)
  where status in ('draft', 'ready', 'held', 'approved');
