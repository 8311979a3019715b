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
