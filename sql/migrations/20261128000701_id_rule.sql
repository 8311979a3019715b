-- Where the id of a scraped source's listings stands (scrapers.ids.Rule), learned by its scrapes.
alter table public.sources add column id_rule jsonb;
comment on column public.sources.id_rule is 'Which part of a page or address is a listing''s id; null until a scrape has learned it.';
