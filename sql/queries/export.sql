-- name: export_listings
-- Every listing as live has it ($1 source, $2 status, nulls for any), each cell as Postgres writes it.
select l.source, /*each all ", "*/l.{name}::text/*end*/, l.status, l.first_seen_at::text, l.last_seen_at::text
from public.listings l
where ($1::text is null or l.source = $1) and ($2::text is null or l.status = $2)
order by l.source, l.property_id;

-- name: export_listings_at
-- Every listing as it was at a moment ($1; $2 source, $3 status, nulls for any), in Postgres's own text.
select l.source, /*each all ", "*/l.{name}::text/*end*/, l.status, l.first_seen_at::text, null
from api.listings_at($1, $2) l
where $3::text is null or l.status = $3
order by l.source, l.property_id;

-- name: history_begins
-- When the first change of a source ($1, null for any) was committed.
select api.history_begins($1);

-- name: export_found
-- Every listing that meets conditions ($1), in Postgres's own text.
select l.source, /*each all ", "*/l.{name}::text/*end*/, l.status, l.first_seen_at::text, l.last_seen_at::text
from api.search_listings($1) w
join public.listings l on l.id = w.id
order by l.source, l.property_id;

-- name: export_page
-- The next listings of an export ($1 source, $2 status, $3 moment, $4 conditions, nulls for any) after one
-- ($5 source, $6 id, null for the first), at most $7, each a list of cells.
select cells from api.export_page($1, $2, $3, $4, $5, $6, $7);
