-- Retention of what staging needs no longer: sessions that ended before a moment, a bounded batch a call.
-- Live, its audit, and a scope's last complete session (the guard's history) are never touched.
-- In: the moment; at most so many sessions; whether only to count. Out: {sessions, rows, more}.
create function property_manager.cleanup(p_before timestamptz, p_limit integer, p_dry_run boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_sessions uuid[];
  v_rows     bigint;
  v_more     boolean;
begin
  select array_agg(id order by completed_at), count(*) > p_limit
  into v_sessions, v_more
  from (
    select s.id, coalesce(s.completed_at, s.heartbeat_at) as completed_at
    from public.scraping_sessions s
    where coalesce(s.completed_at, s.heartbeat_at) < p_before
      and s.sync_status is distinct from 'pending' and s.sync_status is distinct from 'held'
      and s.id not in (
        select id from (
          select id, row_number() over (partition by scope_id order by completed_at desc) as nth
          from public.scraping_sessions where sync_status = 'completed' and verdict = 'complete'
        ) kept where nth <= 5
      )
      and not exists (select from property_manager.leases l where l.session_id = s.id and l.leased_until > clock_timestamp())
    order by 2
    limit case when p_dry_run then null else p_limit + 1 end
  ) old;
  if not p_dry_run then
    v_sessions := v_sessions[1:p_limit];
  end if;
  select count(*) into v_rows from public.property_scrapes_staging where session_id = any (v_sessions);
  if not p_dry_run then
    delete from public.property_scrapes_staging where session_id = any (v_sessions);
    delete from property_manager.candidates where session_id = any (v_sessions);
    delete from property_manager.plan_changes using property_manager.plans p
    where plan_id = p.id and p.session_id = any (v_sessions);
    delete from property_manager.plan_rows using property_manager.plans p where plan_id = p.id and p.session_id = any (v_sessions);
    delete from property_manager.plan_misses using property_manager.plans p where plan_id = p.id and p.session_id = any (v_sessions);
    delete from public.scraping_sessions where id = any (v_sessions);
  end if;
  return jsonb_build_object('sessions', coalesce(cardinality(v_sessions), 0), 'rows', v_rows, 'more', coalesce(v_more, false) and not p_dry_run);
end
$$;
grant execute on function property_manager.cleanup to service_role;
