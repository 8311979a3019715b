-- name: describe_session
-- Notes what a session's ($1) input looks like ($3: JSON), by its writer ($2).
select property_manager.describe_session($1, $2, $3);

-- name: last_import
-- What the newest import of a source ($1) noted about its input.
select s.filters_applied
from public.scraping_sessions s
join public.sources f on f.id = s.source_id
where f.name = $1 and s.kind = 'import' and s.status = 'completed' and s.filters_applied ? 'columns'
order by s.completed_at desc, s.created_at desc
limit 1;

-- name: feed_watermark
-- How far the last applied pass of a source ($1) over a feed, its scope ($2), came: where the next one begins.
select s.filters_applied #>> '{feed,watermark}'
from public.scraping_sessions s
join property_manager.scopes f on f.id = s.scope_id
where f.source = $1 and f.name = $2 and s.sync_status = 'completed' and s.filters_applied #>> '{feed,watermark}' is not null
order by s.completed_at desc, s.created_at desc
limit 1;

-- name: held_listings
-- Which of these ids ($2) live has of a source ($1).
select property_id from public.properties_live where source = $1 and property_id = any ($2::text[]);

-- name: standing_listings
-- What live shows of a source's ($1) scope ($2), unless another scope has shown it since.
select property_id from property_manager.standing_listings($1, $2);
