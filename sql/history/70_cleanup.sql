-- Retention of sessions: those that ended before a moment, and rows whose session is gone.

-- The sessions that may be removed. Live, its audit and held plans are never touched, nor are the last five
-- complete sessions of each scope, which the guard compares with, nor the session that says how far a feed
-- was read.
create function property_manager.old_sessions(p_before timestamptz)
returns table (id uuid, ended_at timestamptz, rows bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, coalesce(s.completed_at, s.heartbeat_at), s.properties_found::bigint
  from public.scraping_sessions s
  where coalesce(s.completed_at, s.heartbeat_at) < p_before
    -- by the clock of the database: it has no writer any more
    and (s.status <> 'running' or property_manager.is_interrupted(s))
    and s.sync_status is distinct from 'pending' and s.sync_status is distinct from 'held'
    and s.id not in (
      select kept.id
      from (
        select k.id, row_number() over (partition by k.scope_id order by k.completed_at desc, k.id) as nth
        from public.scraping_sessions k where k.sync_status = 'completed' and k.verdict = 'complete'
      ) kept
      where kept.nth <= 5
    )
    and s.id not in (
      select distinct on (k.scope_id) k.id
      from public.scraping_sessions k
      where k.sync_status = 'completed' and k.filters_applied #>> '{feed,watermark}' is not null
      order by k.scope_id, k.completed_at desc, k.created_at desc
    )
    and not exists (select from property_manager.leases l
      where l.session_id = s.id and l.leased_until > clock_timestamp())
$$;

-- The tables with rows per row of a session, and what the rows belong to.
create function property_manager.session_parts() returns table (part text, key text, parent text)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  values ('public.property_scrapes_staging', 'session_id', 'public.scraping_sessions'),
    ('county.staging', 'session_id', 'public.scraping_sessions'),
    ('property_manager.candidates', 'session_id', 'public.scraping_sessions'),
    ('property_manager.sightings', 'session_id', 'public.scraping_sessions'),
    ('property_manager.scan_pages', 'session_id', 'public.scraping_sessions'),
    ('property_manager.superseded', 'session_id', 'public.scraping_sessions'),
    ('property_manager.findings', 'session_id', 'public.scraping_sessions'),
    ('property_manager.plan_rows', 'plan_id', 'property_manager.plans'),
    ('property_manager.plan_changes', 'plan_id', 'property_manager.plans'),
    ('property_manager.plan_misses', 'plan_id', 'property_manager.plans')
$$;

-- Ids in a table whose parent does not exist, found by one index step per id.
create function property_manager.orphans(p_part text, p_key text, p_parent text) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found uuid[];
begin
  execute format($q$
    with recursive ids as (
      (select %2$I as id from %1$s order by %2$I limit 1)
      union all
      select (select t.%2$I from %1$s t where t.%2$I > i.id order by t.%2$I limit 1)
      from ids i where i.id is not null
    )
    select array_agg(i.id) from ids i
    where i.id is not null and not exists (select from %3$s p where p.id = i.id)
  $q$, p_part, p_key, p_parent) into v_found;
  return v_found;
end
$$;

-- Deletes at most p_most rows (null: all) of these ids from a table. Out: how many.
create function property_manager.delete_rows(p_part text, p_key text, p_ids uuid[], p_most bigint)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_rows bigint;
begin
  execute format(
    'delete from %1$s where ctid = any (array(select ctid from %1$s where %2$I = any ($1) limit $2))',
    p_part, p_key)
  using p_ids, p_most;
  get diagnostics v_rows = row_count;
  return v_rows;
end
$$;

-- Deletes ended sessions without rows, with their plans and quarantine. A running sync closes quarantined
-- rows and plans of older sessions: a session of which it holds one is left for the next cleanup, so that
-- neither waits for the other. Out: how many were deleted.
create function property_manager.remove_sessions(p_sessions uuid[]) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with free as materialized (
    select s.id from unnest(p_sessions) s (id)
    where (select count(*) from property_manager.quarantine q where q.session_id = s.id)
        = (select count(*)
          from (select from property_manager.quarantine q where q.session_id = s.id
          for update skip locked) ours)
      and (select count(*) from property_manager.plans p where p.session_id = s.id)
        = (select count(*)
          from (select from property_manager.plans p where p.session_id = s.id for update skip locked) ours)
  ), gone as (
    delete from public.scraping_sessions s using free f where s.id = f.id returning s.id
  )
  select count(*) from gone
$$;

-- Removes old sessions, a bounded batch per call, the rows before the session, and keeps one line of each. A
-- session that is being resumed is left alone; from the first call on it cannot be resumed.
-- In: the age from which an ended session is old; at most so many sessions; whether only to count.
-- Out: {sessions, rows, more}.
create function api.cleanup(p_age interval, p_limit integer, p_dry_run boolean) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_before   constant timestamptz := property_manager.moment_ago(p_age);
  v_left     bigint := 50000;
  v_rows     bigint := 0;
  v_gone     bigint := 0;
  v_trimmed  bigint;
  v_sessions uuid[];
  v_part     record;
begin
  if p_dry_run then
    return (
      select jsonb_build_object('sessions', (select count(*) from property_manager.old_sessions(v_before)),
        'rows', sum(r.rows), 'more', false)
      from (
        select count(*) as rows from public.property_scrapes_staging
        where session_id = any (array(select o.id from property_manager.old_sessions(v_before) o)
          || property_manager.orphans('public.property_scrapes_staging', 'session_id',
            'public.scraping_sessions'))
        union all
        select count(*) from county.staging
        where session_id = any (array(select o.id from property_manager.old_sessions(v_before) o)
          || property_manager.orphans('county.staging', 'session_id', 'public.scraping_sessions'))
      ) r
    );
  end if;
  select array_agg(c.id) into v_sessions
  from (
    select l.id, row_number() over (order by l.ended_at, l.id) as nth,
      sum(l.properties_found) over (order by l.ended_at, l.id) as rows_so_far
    from (
      select s.id, s.properties_found, coalesce(s.completed_at, s.heartbeat_at) as ended_at
      from public.scraping_sessions s
      where s.id = any (array(select o.id from property_manager.old_sessions(v_before) o))
        and coalesce(s.completed_at, s.heartbeat_at) < v_before
        and (s.status <> 'running' or property_manager.is_interrupted(s))
      order by ended_at, s.id limit p_limit
      for update skip locked
    ) l
  ) c
  where c.nth = 1 or c.rows_so_far <= v_left;

  update public.scraping_sessions s
  set status = 'failed', completed_at = s.heartbeat_at,
    error_message = coalesce(s.error_message, 'interrupted, and removed by cleanup')
  where s.id = any (v_sessions) and s.status = 'running';
  perform property_manager.queue_unsynced(s.id)
  from public.scraping_sessions s where s.id = any (v_sessions) and s.status = 'failed';
  insert into property_manager.cleaned_sessions
    (session_id, source_id, scope, kind, session_name, base_url, mapping, verdict, rows, started_at,
      completed_at, cleaned_at, quarantined)
  select s.id, s.source_id, k.name, s.kind, s.session_name, s.base_url,
    s.filters_applied #>> '{mapping,name}', s.verdict, s.properties_found, s.started_at, s.completed_at,
    now(), property_manager.quarantine_told(s.id)
  from public.scraping_sessions s join property_manager.scopes k on k.id = s.scope_id
  where s.id = any (v_sessions)
  on conflict do nothing;

  perform property_manager.forget_measures(v_sessions);
  for v_part in select * from property_manager.session_parts() loop
    v_trimmed := property_manager.delete_rows(v_part.part, v_part.key, case
      when v_sessions is null then property_manager.orphans(v_part.part, v_part.key, v_part.parent)
      when v_part.key = 'session_id' then v_sessions
      else array(select p.id from property_manager.plans p where p.session_id = any (v_sessions)) end,
        v_left);
    v_left := v_left - v_trimmed;
    v_rows := v_rows + case
      when v_part.part in ('public.property_scrapes_staging', 'county.staging') then v_trimmed else 0 end;
    exit when v_left <= 0;
  end loop;
  if v_left > 0 then
    v_gone := property_manager.remove_sessions(v_sessions);
    perform property_manager.forget_tried_sources();
  end if;
  return jsonb_build_object('sessions', v_gone, 'rows', v_rows, 'more', v_left <= 0 or v_gone > 0);
end
$$;
