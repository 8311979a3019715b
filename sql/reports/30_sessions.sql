-- Sessions: pending ones, all of them, one in detail.

-- Pending sessions of a source or of all (null), in the order in which they completed.
create function api.pending_sessions(p_source text, p_limit integer)
returns table (
  id uuid, source text, session_name text, kind text, verdict text, properties_found integer,
  completed_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, f.name, s.session_name, s.kind, s.verdict, s.properties_found, s.completed_at
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  where s.sync_status = 'pending' and (p_source is null or f.name = p_source)
  order by s.completed_at, s.created_at, s.id
  limit p_limit
$$;

-- The session that completed last among them, or null.
create function api.newest_pending_session(p_source text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  where s.sync_status = 'pending' and (p_source is null or f.name = p_source)
  order by s.completed_at desc, s.created_at desc, s.id desc
  limit 1
$$;

-- The session that stands for a source, or for all (null): the newest completed scrape or import, as index
-- scans and verifications read no rows; one that was applied without any, as of pages that are gone, only
-- where there is no other. Null where there is none.
create function api.latest_session(p_source text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with sessions as not materialized (
    select s.id, s.completed_at,
      s.sync_status = 'completed' and exists (
        select from public.sync_metadata m
        where m.session_id = s.id and m.sync_status = 'completed' and m.total_scraped = 0) as was_empty
    from public.scraping_sessions s
    join public.sources f on f.id = s.source_id
    where s.status = 'completed' and s.kind in ('scrape', 'import')
      and (p_source is not null or property_manager.record_kind(f) is null)
      and (p_source is null or f.name = p_source)
  )
  select coalesce(
    (select s.id from sessions s where s.was_empty is not true order by s.completed_at desc limit 1),
    (select s.id from sessions s order by s.completed_at desc limit 1))
$$;

-- At most two sessions whose id begins so.
create function api.find_sessions(p_prefix text) returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id from public.scraping_sessions s where s.id::text like p_prefix || '%' limit 2
$$;

-- The same, those that cleanup has removed too.
create function api.find_sessions_ever(p_prefix text) returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id from public.scraping_sessions s where s.id::text like p_prefix || '%'
  union
  select g.session_id from property_manager.cleaned_sessions g where g.session_id::text like p_prefix || '%'
  limit 2
$$;

-- Sessions of a source or of all (null), with a status or any (null), newest first. A silent one is
-- interrupted. The queue has no index pages.
create function api.list_sessions(p_source text, p_status text, p_limit integer)
returns table (
  id uuid, session_name text, source text, kind text, base_url text, status text, verdict text,
  sync_status text,
  properties_found integer, index_pages integer, index_pages_total integer, detail_pages integer,
  pages_failed integer, started_at timestamptz, completed_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, s.session_name, f.name, s.kind, s.base_url,
    case when property_manager.is_interrupted(s) then 'interrupted' else s.status end,
    s.verdict, s.sync_status, s.properties_found,
    case when not property_manager.is_crawl(s) then s.current_page end,
    case when not property_manager.is_crawl(s) then s.total_pages end, s.pages_scraped,
    s.pages_failed, s.started_at, s.completed_at
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  where (p_source is null or f.name = p_source)
    and (p_status is null or p_status in (s.status, s.sync_status)
      or (p_status = 'interrupted' and property_manager.is_interrupted(s)))
  order by s.created_at desc
  limit p_limit
$$;

-- One session whole, with its first 100 errors, its syncs and its plans; null when there is none.
create function api.session_details(p_session uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select to_jsonb(s) - 'writer' - 'current_page' - 'total_pages' - 'pages_scraped' || jsonb_build_object(
    'index_pages', case when not property_manager.is_crawl(s) then s.current_page end,
    'index_pages_total', case when not property_manager.is_crawl(s) then s.total_pages end,
    'detail_pages', s.pages_scraped,
    'source', f.name,
    'filters_applied', s.filters_applied - 'unread',
    'unread', api.session_unread(s.id),
    'scope', k.name,
    'interrupted', property_manager.is_interrupted(s),
    'errors', (
      select coalesce(
        jsonb_agg(jsonb_build_object('url', e.url, 'type', e.error_type, 'message', e.error_message,
        'retries', e.retry_count, 'resolved', e.resolved) order by e.id), '[]')
      from (select * from public.scraping_errors e where e.session_id = s.id order by e.id limit 100) e
    ),
    'syncs', (
      select coalesce(jsonb_agg(to_jsonb(m) - 'id' - 'session_id'
        || jsonb_build_object('sync_status', property_manager.run_status(m)) order by m.id), '[]')
      from public.sync_metadata m where m.session_id = s.id
    ),
    'plans', (
      select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'status', p.status, 'reasons', p.reasons)
        order by p.created_at), '[]')
      from property_manager.plans p where p.session_id = s.id and p.status <> 'draft'
    )
  )
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  join property_manager.scopes k on k.id = s.scope_id
  where s.id = p_session
$$;

-- A page of the cells of a session that could not be read, were doubtful or are missing on their page, after
-- row p_after and of at most p_limit rows. What rules found to be doubtful is among them, also where that was
-- found of the same row in an earlier session.
create function api.unread_cells(p_session uuid, p_after integer, p_limit integer)
returns table (row_no integer, property_id text, line integer, url text, field text, kind text, content text,
  why text, readings jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with carried as (
    select s.source_id, c.rule_name
    from public.scraping_sessions s
    cross join lateral property_manager.carried_findings(s.id) c
    where s.id = p_session and c.outcome = 'doubtful'
  ), found as (
    select s.row_no, i ->> 'field' as field,
      case i ->> 'kind' when 'unparseable' then 'unreadable' else i ->> 'kind' end as kind,
      i ->> 'text' as content, i ->> 'why' as why, coalesce(i -> 'readings', '[]') as readings
    from public.property_scrapes_staging s
    cross join lateral jsonb_array_elements(s.issues) i
    where s.session_id = p_session and s.row_no > p_after
      and i ->> 'kind' in ('unparseable', 'doubtful', 'missing')
    union all
    select f.row_no, f.field_name, 'doubtful', f.value, f.reason, coalesce(f.readings, '[]')
    from property_manager.findings f
    where f.session_id = p_session and f.row_no > p_after and f.outcome = 'doubtful'
    union all
    select s.row_no, w.field_name, 'doubtful', w.value, w.reason, coalesce(w.readings, '[]')
    from carried c
    join property_manager.listing_warnings w on w.source_id = c.source_id and w.rule_name = c.rule_name
    join public.property_scrapes_staging s on s.session_id = p_session and s.property_id = w.property_id
    where s.row_no > p_after and w.outcome = 'doubtful' and s.problem is null
      and not exists (select from property_manager.candidates k
        where k.session_id = p_session and k.row_no = s.row_no)
      and not exists (select from property_manager.superseded x
        where x.session_id = p_session and x.row_no = s.row_no)
  ), page as (
    select distinct f.row_no from found f order by f.row_no limit p_limit
  )
  select f.row_no, s.property_id, o.line, case when o.line is null then s.source_url end, f.field, f.kind,
    f.content, f.why, f.readings
  from page
  join found f on f.row_no = page.row_no
  cross join lateral /*use staged p_session, f.row_no*/ s
  cross join lateral (
    select case jsonb_typeof(s.evidence -> 'line') when 'number' then (s.evidence ->> 'line')::integer end
  ) o (line)
  order by f.row_no, f.field
$$;
