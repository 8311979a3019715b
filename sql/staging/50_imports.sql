-- What an import compares its input with.

-- What the newest import of a source noted about its input, or null.
create function api.last_import(p_source text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.filters_applied
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  where f.name = p_source and s.kind = 'import' and s.status = 'completed' and s.filters_applied ? 'columns'
  order by s.completed_at desc, s.created_at desc
  limit 1
$$;

-- How far the last applied session of a feed's scope has read: where the next one begins.
create function api.feed_watermark(p_source text, p_scope text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.filters_applied #>> '{feed,watermark}'
  from public.scraping_sessions s
  join property_manager.scopes f on f.id = s.scope_id
  where f.source = p_source and f.name = p_scope and s.sync_status = 'completed'
    and s.filters_applied #>> '{feed,watermark}' is not null
  order by s.completed_at desc, s.created_at desc
  limit 1
$$;

-- Which of these ids live has of a source.
create function api.held_listings(p_source text, p_ids text[]) returns table (property_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.property_id from public.properties_live l where l.source = p_source and l.property_id = any (p_ids)
$$;
