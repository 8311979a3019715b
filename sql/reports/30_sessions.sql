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

-- The newest completed session of a source or of all (null), or null.
create function api.latest_session(p_source text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  where s.status = 'completed' and (p_source is null or f.name = p_source)
  order by s.completed_at desc
  limit 1
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
-- interrupted.
create function api.list_sessions(p_source text, p_status text, p_limit integer)
returns table (
  id uuid, session_name text, source text, kind text, base_url text, status text, verdict text,
  sync_status text,
  properties_found integer, pages_scraped integer, total_pages integer, started_at timestamptz,
  completed_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, s.session_name, f.name, s.kind, s.base_url,
    case when property_manager.is_interrupted(s) then 'interrupted' else s.status end,
    s.verdict, s.sync_status, s.properties_found, s.pages_scraped, s.total_pages, s.started_at, s.completed_at
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
  select to_jsonb(s) - 'writer' || jsonb_build_object(
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
