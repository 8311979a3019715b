-- Syncs whose worker is gone. A run is marked as running in sync_metadata; its worker has the lease.

-- Whether the worker that holds a source is gone: its lease has run out, and no stage is at work, whose
-- transaction would hold the lease's row however long it takes.
create function property_manager.is_abandoned(p_source integer) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from property_manager.leases l
    where l.source_id = p_source and l.leased_until < clock_timestamp()
      and not exists (
        select from pg_catalog.pg_locks k
        where k.locktype = 'transactionid' and k.granted and k.transactionid = l.xmax)
  )
$$;

-- Whether a run that is marked as running has a worker.
create function property_manager.has_worker(p_session uuid, p_epoch bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from property_manager.leases l
    where l.session_id = p_session and l.epoch = p_epoch and l.leased_until is not null
      and not property_manager.is_abandoned(l.source_id)
  )
$$;

-- The status of a run: one that is marked as running and has no worker was interrupted.
create function property_manager.run_status(p_run public.sync_metadata) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when p_run.sync_status = 'running'
    and not property_manager.has_worker(p_run.session_id, p_run.epoch) then 'interrupted'
    else p_run.sync_status end
$$;

-- Ends every run of a source that is marked as running, with its draft of a plan. Whoever calls it holds the
-- source's lease row, so none of them has a worker. Out: how many.
create function property_manager.end_runs(p_source integer) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with ended as (
    update public.sync_metadata m
    set sync_status = 'failed', error_summary = coalesce(m.error_summary, 'interrupted'),
      completed_at = clock_timestamp()
    where m.sync_status = 'running' and p_source = coalesce(
      (select s.source_id from public.scraping_sessions s where s.id = m.session_id),
      (select g.source_id from property_manager.cleaned_sessions g where g.session_id = m.session_id))
    returning m.session_id, m.epoch
  ), dropped as (
    update property_manager.plans p set status = 'superseded', decided_at = clock_timestamp()
    from ended e where p.session_id = e.session_id and p.epoch = e.epoch and p.status = 'draft'
  )
  select count(*) from ended
$$;

-- Ends the runs of all sources without a worker, and the leases that have run out. Out: how many runs and
-- leases.
create function api.end_dead_runs() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_lease property_manager.leases;
  v_ended bigint := 0;
begin
  for v_lease in
    select * from property_manager.leases
    where leased_until is null or leased_until < clock_timestamp()
    order by source_id for update skip locked
  loop
    v_ended := v_ended + property_manager.end_runs(v_lease.source_id);
    if v_lease.leased_until is not null then
      update property_manager.leases set leased_until = null where source_id = v_lease.source_id;
      v_ended := v_ended + 1;
    end if;
  end loop;
  return v_ended;
end
$$;
