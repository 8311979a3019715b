-- Sources that are left alone: by a suspect session for ever longer, or by a person for as long as they say.

-- The pause that holds for a source now, if there is one.
create function property_manager.pause_of(p_source integer) returns setof property_manager.pauses
language sql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
  select * from property_manager.pauses p
  where p.source_id = p_source and p.ended_at is null and p.until > clock_timestamp()
$$;

-- How many pauses of a source came one after the other, without a session between them that led to none.
-- Last signs are compared, as a replay's sessions end at times of their own. In: the session that leads to
-- the next.
create function property_manager.pauses_in_a_row(p_source integer, p_session uuid) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from property_manager.pauses p
  where p.source_id = p_source and p.paused_by is null
    and p.since > coalesce((
      select max(s.heartbeat_at) from public.scraping_sessions s
      where s.source_id = p_source and s.kind in ('scrape', 'index') and s.status = 'completed'
        and s.verdict in ('complete', 'partial') and s.id is distinct from p_session
        and not exists (select from property_manager.pauses q where q.session_id = s.id)
    ), '-infinity')
$$;

-- Pauses a source: for an hour after a suspect session, twice as long after each that follows it, at most a
-- week. In: the session, if there is one; why; the file that keeps the page; the least seconds, which the
-- site asked for; who pauses it and for how many hours (null: until it is resumed), if a person does.
-- Out: the pause; null for a source that is not known.
create function api.pause_source(p_source text, p_session uuid, p_reason text, p_page text,
  p_least double precision, p_actor text, p_hours double precision) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_now    constant timestamptz := clock_timestamp();
  v_source integer;
  v_nth    integer;
  v_until  timestamptz;
  v_pause  property_manager.pauses;
begin
  select s.id into v_source from public.sources s where s.name = p_source for no key update;
  if not found then
    return null;
  end if;
  select p.* into v_pause from property_manager.pauses p where p.source_id = v_source and p.ended_at is null;
  if p_actor is null and (v_pause.session_id = p_session or v_pause.until = 'infinity') then
    return to_jsonb(v_pause); -- said again, or a person has paused it meanwhile
  end if;
  v_nth := 1 + property_manager.pauses_in_a_row(v_source, p_session);
  v_until := case
    when p_actor is null then v_now + least(interval '7 days', greatest(
      interval '1 hour' * power(2, least(v_nth - 1, 10)), make_interval(secs => least(p_least, 1e7))))
    else coalesce(v_now + make_interval(secs => 3600 * p_hours), 'infinity') end;
  update property_manager.pauses set ended_at = v_now, ended_by = 'a later pause'
  where source_id = v_source and ended_at is null;
  insert into property_manager.pauses (source_id, session_id, nth, since, until, reason, page, paused_by)
  values (v_source, p_session, v_nth, v_now, v_until, p_reason, p_page, p_actor)
  returning * into v_pause;
  return to_jsonb(v_pause);
end
$$;

-- Ends the pause of a source. Out: the pause that was ended; null when there was none.
create function api.resume_source(p_source text, p_actor text) returns jsonb
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.pauses p set ended_at = clock_timestamp(), ended_by = p_actor
  from public.sources s
  where s.name = p_source and p.source_id = s.id and p.ended_at is null and p.until > clock_timestamp()
  returning to_jsonb(p)
$$;

-- The sources that are paused now, or whether one is, those that are resumed first at the head.
create function api.paused_sources(p_source text) returns table (source text, session_id uuid, nth integer,
  since timestamptz, until timestamptz, reason text, page text, paused_by text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.name, p.session_id, p.nth, p.since, nullif(p.until, 'infinity'), p.reason, p.page, p.paused_by
  from property_manager.pauses p
  join public.sources s on s.id = p.source_id
  where p.ended_at is null and p.until > clock_timestamp() and (p_source is null or s.name = p_source)
  order by p.until, s.name
$$;
