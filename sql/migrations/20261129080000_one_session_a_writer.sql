-- A writer opens one session: a request that a gateway repeats, or whose answer was lost, opens no second one.
create unique index scraping_sessions_writer_key on public.scraping_sessions (writer);
