-- Opens a session for staging; a new scope is created. A writer opens one session: asked again, as the answer
-- may have been lost on its way, it is given the same.
-- In: source, scope (the part of the source that the session covers), kind, names, writer (the process that
-- will stage), the time, if it is not now, the newest erasure that the writer knows of. Out: the id of the
-- session.
create function api.open_session(
  p_source text, p_scope text, p_kind text, p_session_name text, p_base_url text,
  p_filters jsonb, p_writer uuid, p_now timestamptz, p_known bigint default 0
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source  public.sources;
  v_scope   integer;
begin
  -- a source that is being renamed, merged or removed is waited for
  select * into v_source from public.sources where name = p_source for key share;
  if not found then
    raise exception 'there is no source "%"', p_source
      using errcode = 'PMNOF', hint = 'register it first, or check the spelling';
  end if;
  perform property_manager.refuse_merged(v_source);
  -- an erasure that is recorded later finds this session
  lock table property_manager.erasures in row exclusive mode;
  perform property_manager.require_erasures_known(v_source.id, p_known);
  insert into property_manager.scopes (source_id, source, name)
  values (v_source.id, v_source.name, p_scope) on conflict do nothing;
  select id into v_scope from property_manager.scopes where source_id = v_source.id and name = p_scope;
  insert into public.scraping_sessions
    (source_id, scope_id, kind, session_name, base_url, filters_applied, writer, facts_hash, created_at,
      started_at, heartbeat_at)
  values
    (v_source.id, v_scope, p_kind, p_session_name, p_base_url, coalesce(p_filters, '{}'), p_writer,
      v_source.facts_hash,
      property_manager.moment_done(p_now), property_manager.moment_done(p_now), clock_timestamp())
  on conflict (writer) do nothing;
  return (select s.id from public.scraping_sessions s where s.writer = p_writer);
end
$$;

-- Whether an open session has no writer any more: a writer calls touch_session every few seconds. Measured by
-- the clock of the database.
create function property_manager.is_interrupted(p_session public.scraping_sessions) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_session.status = 'running' and p_session.heartbeat_at < clock_timestamp() - interval '1 minute'
$$;

-- The number of the last row that a session has staged, 0 where it has none. Rows are numbered without a gap:
-- a batch lands whole, after the one before.
create function property_manager.last_row(p_session uuid) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (select max(s.row_no) from public.property_scrapes_staging s where s.session_id = p_session),
    (select max(s.row_no) from county.staging s where s.session_id = p_session), 0)
$$;

-- Gives an interrupted session to a new writer; the former one can stage nothing from then on.
-- Out: the next free row number.
create function api.resume_session(p_session uuid, p_writer uuid) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_session public.scraping_sessions;
begin
  select * into v_session from public.scraping_sessions where id = p_session for update;
  if not found then
    raise exception 'there is no session %', p_session using errcode = 'PMNOF', hint = 'see list-sessions';
  end if;
  if v_session.status <> 'running' then
    raise exception 'session % has ended (%): only an interrupted one can be resumed', p_session,
      v_session.status
      using errcode = 'PMSES', hint = 'start a new session';
  end if;
  if not property_manager.is_interrupted(v_session) then
    raise exception 'session % is still being written', p_session
      using errcode = 'PMBSY', hint = 'wait a minute after its writer has stopped, then resume it again';
  end if;
  update public.scraping_sessions set writer = p_writer, heartbeat_at = clock_timestamp()
  where id = p_session;
  return property_manager.last_row(p_session) + 1;
end
$$;
