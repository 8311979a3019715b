-- What a resumed session needs to know of itself.

-- The pages that it has staged rows of.
create function api.staged_urls(p_session uuid) returns table (url text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct source_url from public.property_scrapes_staging
  where session_id = p_session and source_url is not null
$$;

-- The pages that failed and have not worked since.
create function api.failed_urls(p_session uuid) returns table (url text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct e.url from public.scraping_errors e where e.session_id = p_session and not e.resolved
$$;

-- Which fields its rows lack: the distinct masks, a bit per field.
create function api.staged_masks(p_session uuid) returns table (kept bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct s.kept from public.property_scrapes_staging s
  where s.session_id = p_session and s.kept is not null
$$;

-- Its rows with cells that were unreadable, doubtful or missing, in their order.
create function api.staged_unread(p_session uuid) returns table (issues jsonb, evidence text, source_url text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.issues, s.evidence::text, s.source_url
  from public.property_scrapes_staging s
  where s.session_id = p_session
    and (s.issues @> '[{"kind": "unparseable"}]' or s.issues @> '[{"kind": "doubtful"}]'
      or s.issues @> '[{"kind": "missing"}]')
  order by s.row_no
$$;

-- How many rows have landed after row p_row: batches land whole or not at all, one after the other. The first
-- reader of a row marks it as committed: here, while the client is busy with the next batch, so that the sync
-- need not.
create function api.rows_landed(p_session uuid, p_row integer) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select (select count(*) from public.property_scrapes_staging
      where session_id = p_session and row_no > p_row)
    + (select count(*) from county.staging where session_id = p_session and row_no > p_row)
$$;
