-- Who may do what: row-level security on every exposed table, and explicit grants.

alter table public.sources enable row level security;
alter table public.scraping_sessions enable row level security;
alter table public.scraping_errors enable row level security;
alter table public.property_scrapes_staging enable row level security;
alter table public.properties_live enable row level security;
alter table public.property_changes enable row level security;
alter table public.sync_metadata enable row level security;
alter table public.validation_rules enable row level security;

-- Readers see the catalogue; all else is for the service.
create policy readers_see_listings on public.properties_live for select to anon, authenticated using (true);
grant select on public.properties_live to anon, authenticated;
create policy service_only on public.sources for select to anon, authenticated using (false);
create policy service_only on public.scraping_sessions for select to anon, authenticated using (false);
create policy service_only on public.scraping_errors for select to anon, authenticated using (false);
create policy service_only on public.property_scrapes_staging for select to anon, authenticated using (false);
create policy service_only on public.property_changes for select to anon, authenticated using (false);
create policy service_only on public.sync_metadata for select to anon, authenticated using (false);
create policy service_only on public.validation_rules for select to anon, authenticated using (false);

grant select on public.sources, public.scraping_sessions, public.scraping_errors, public.properties_live,
  public.property_changes, public.sync_metadata to service_role;
grant select, insert on public.property_scrapes_staging to service_role;
grant select, insert, update, delete on public.validation_rules to service_role;
grant select on all tables in schema property_manager to service_role;

-- last_seen_at(properties_live) runs as its caller and reads these two.
grant usage on schema property_manager to anon, authenticated;
grant select on property_manager.scopes, property_manager.listing_scopes to anon, authenticated;
