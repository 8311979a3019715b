-- Retention of what staging needs no longer: sessions that ended before a moment, a bounded batch a call.
-- Live, its audit and what waits for a decision are never touched, nor is the guard's history, the last five
-- complete sessions of each scope, nor how far a feed has been read.
-- In: the moment; at most so many sessions; whether only to count. Out: {sessions, rows, more}.
create function property_manager.cleanup(p_before timestamptz, p_limit integer, p_dry_run boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_most_rows constant bigint := 200000;
  v_sessions  uuid[];
  v_rows      bigint;
begin
  if p_dry_run then
    return (
      select jsonb_build_object('sessions', count(*), 'rows', coalesce(sum(o.rows), 0), 'more', false)
      from property_manager.old_sessions(p_before) o
    );
  end if;
  select array_agg(o.id) into v_sessions
  from (
    select id, row_number() over (order by ended_at, id) as nth, sum(rows) over (order by ended_at, id) as rows_so_far
    from property_manager.old_sessions(p_before)
  ) o
  where o.nth = 1 or (o.nth <= p_limit and o.rows_so_far <= v_most_rows);
  -- an interrupted session may be resumed at this very moment: then it is let be
  select array_agg(locked.id) into v_sessions
  from (
    select s.id from public.scraping_sessions s
    where s.id = any (v_sessions) and coalesce(s.completed_at, s.heartbeat_at) < p_before
    for update skip locked
  ) locked;

  delete from public.property_scrapes_staging where session_id = any (v_sessions);
  get diagnostics v_rows = row_count;
  delete from property_manager.candidates where session_id = any (v_sessions);
  delete from property_manager.plan_changes c using property_manager.plans p where c.plan_id = p.id and p.session_id = any (v_sessions);
  delete from property_manager.plan_rows r using property_manager.plans p where r.plan_id = p.id and p.session_id = any (v_sessions);
  delete from property_manager.plan_misses m using property_manager.plans p where m.plan_id = p.id and p.session_id = any (v_sessions);
  delete from public.scraping_sessions where id = any (v_sessions);
  return jsonb_build_object('sessions', coalesce(cardinality(v_sessions), 0), 'rows', v_rows,
    'more', v_sessions is not null and exists (select from property_manager.old_sessions(p_before)));
end
$$;
grant execute on function property_manager.cleanup to service_role;

-- The sessions that retention lets go, with their staged rows.
create function property_manager.old_sessions(p_before timestamptz) returns table (id uuid, ended_at timestamptz, rows bigint)
language sql stable security definer set search_path = '' as $$
  select s.id, coalesce(s.completed_at, s.heartbeat_at),
    (select count(*) from public.property_scrapes_staging r where r.session_id = s.id)
  from public.scraping_sessions s
  where coalesce(s.completed_at, s.heartbeat_at) < p_before
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
    and not exists (select from property_manager.leases l where l.session_id = s.id and l.leased_until > clock_timestamp())
$$;
