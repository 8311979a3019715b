-- Ends a sync: session, plan, metadata and lease, and the sessions and plans that are out of date now.
create function property_manager.end_sync(p_plan property_manager.plans, p_session public.scraping_sessions)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_older uuid;
begin
  update property_manager.plans set status = 'applied', decided_at = now() where id = p_plan.id;
  update public.scraping_sessions
  set sync_status = 'completed',
      properties_inserted = (p_plan.metrics ->> 'new_properties')::integer,
      properties_updated = (p_plan.metrics ->> 'updated_properties')::integer
  where id = p_session.id;

  -- an open quarantined row of a listing is replaced by what this session shows of it
  update property_manager.quarantine q set status = 'replaced', decided_at = now()
  from property_manager.candidates c
  where c.session_id = p_session.id and q.source_id = p_session.source_id and q.property_id = c.property_id
    and q.session_id <> p_session.id and q.status = 'open';

  update property_manager.plans set status = 'superseded', decided_at = now()
  from public.scraping_sessions older
  where plans.session_id = older.id and older.scope_id = p_session.scope_id and plans.id <> p_plan.id
    and older.completed_at < p_session.completed_at
      and plans.status in ('draft', 'ready', 'held', 'approved');
  -- pages that only they have are fetched again
  for v_older in
    update public.scraping_sessions
    set sync_status = 'stale'
    where scope_id = p_session.scope_id and id <> p_session.id and completed_at < p_session.completed_at
      and sync_status in ('pending', 'held', 'planned')
    returning id
  loop
    perform property_manager.queue_unsynced(v_older);
  end loop;

  update public.sync_metadata m
  set sync_status = 'completed', plan_id = p_plan.id, error_summary = null, completed_at = clock_timestamp(),
      /*each metric ", "*/{name} = f.{name}/*end*/,
      sync_duration_ms = 1000 * extract(epoch from clock_timestamp() - m.created_at),
      staging_to_live_duration_ms = 1000 * extract(epoch from clock_timestamp() - now())
  from jsonb_populate_record(null::public.sync_metadata, p_plan.metrics) f
  where m.session_id = p_session.id and m.epoch = p_plan.epoch;
  update property_manager.leases set leased_until = null where source_id = p_session.source_id;
end
$$;
