-- Rows in quarantine.

-- Rows of a source and a session or of all (nulls), with a status, after an id.
create function api.quarantine_list(p_source text, p_session uuid, p_status text, p_after bigint,
  p_limit integer)
returns table (
  id bigint, source text, session_id uuid, row_no integer, property_id text, reasons jsonb, status text,
  created_at timestamptz, title text, source_url text
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select q.id, f.name, q.session_id, q.row_no, q.property_id, q.reasons, q.status, q.created_at, s.title,
    s.source_url
  from property_manager.quarantine q
  join public.sources f on f.id = q.source_id
  join public.property_scrapes_staging s on s.session_id = q.session_id and s.row_no = q.row_no
  where (p_source is null or f.name = p_source) and (p_session is null or q.session_id = p_session)
    and q.status = p_status and q.id > p_after
  order by q.id
  limit p_limit
$$;

-- One row, with what was staged.
create function api.quarantine_row(p_id bigint)
returns table (
  id bigint, source text, session_id uuid, row_no integer, property_id text, reasons jsonb, status text,
  created_at timestamptz, staged jsonb
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select q.id, f.name, q.session_id, q.row_no, q.property_id, q.reasons, q.status, q.created_at,
    to_jsonb(s) - 'raw_bytes'
  from property_manager.quarantine q
  join public.sources f on f.id = q.source_id
  join public.property_scrapes_staging s on s.session_id = q.session_id and s.row_no = q.row_no
  where q.id = p_id
$$;

-- The latest open row of each listing of a source that nothing newer has replaced; of these ids, or of all
-- (null). Rows of a session that was refused or not synced yet stay where they are.
create function api.quarantine_to_reprocess(p_source text, p_ids bigint[], p_limit integer)
returns table (
  id bigint, raw json, source_url text, page_number integer, scraped_at timestamptz, created_at timestamptz,
  evidence jsonb, mapping jsonb, columns jsonb
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select * from (
    select distinct on (coalesce(q.property_id, q.id::text))
      q.id, s.raw, s.source_url, s.page_number, s.scraped_at, s.created_at, s.evidence,
      mine.filters_applied -> 'mapping', mine.filters_applied -> 'columns'
    from property_manager.quarantine q
    join public.sources f on f.id = q.source_id
    join public.property_scrapes_staging s on s.session_id = q.session_id and s.row_no = q.row_no
    join public.scraping_sessions mine on mine.id = q.session_id
    where f.name = p_source and q.status = 'open' and mine.sync_status = 'completed'
      and (p_ids is null or q.id = any (p_ids)) and s.raw is not null
      and not exists (
        select from public.property_scrapes_staging n
        join public.scraping_sessions other on other.id = n.session_id
        where n.property_id = q.property_id and other.source_id = q.source_id
          and other.sync_status = 'completed' and other.completed_at > mine.completed_at
      )
    order by coalesce(q.property_id, q.id::text), q.id desc
  ) latest
  order by 1
  limit p_limit
$$;
