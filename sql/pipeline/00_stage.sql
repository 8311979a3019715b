-- The frame every stage of a sync runs in: one transaction, fenced by (session, epoch), remembered when done.

-- Locks the session's source and says what this stage already returned under this epoch, else null.
-- A worker whose lease was taken over in the meantime is refused, whatever it still holds in its hands.
create function property_manager.enter_stage(p_session uuid, p_epoch bigint, p_stage text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_lease  property_manager.leases;
  v_result jsonb;
begin
  select l.* into v_lease
  from property_manager.leases l
  join public.scraping_sessions s on s.source_id = l.source_id
  where s.id = p_session
  for update of l;
  select result into v_result
  from property_manager.stage_results
  where session_id = p_session and epoch = p_epoch and stage = p_stage;
  if found then
    return v_result;
  end if;
  if v_lease.session_id is distinct from p_session or v_lease.epoch <> p_epoch then
    raise exception 'the sync of session % was taken over by another worker', p_session
      using errcode = 'PM003', hint = 'nothing of this run was written; see session-details --session-id ' || p_session;
  end if;
  update property_manager.leases set leased_until = clock_timestamp() + interval '15 minutes' where source_id = v_lease.source_id;
  return null;
end
$$;

create function property_manager.leave_stage(p_session uuid, p_epoch bigint, p_stage text, p_result jsonb) returns jsonb
language sql security definer set search_path = '' as $$
  insert into property_manager.stage_results (session_id, epoch, stage, result)
  values (p_session, p_epoch, p_stage, p_result)
  returning result
$$;

-- Plans the joins of a landed session with what is known by their true sizes: the planner has no statistics of
-- rows that landed a moment ago. A session that covers more than a twentieth of its source is hashed against it.
create function property_manager.plan_for(p_source integer, p_rows bigint) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_known bigint;
begin
  select count(*) into v_known
  from (select from property_manager.listing_state where source_id = p_source limit p_rows * 20 + 1) known;
  perform set_config('enable_nestloop', case when v_known <= p_rows * 20 then 'off' else 'on' end, true);
  perform set_config('enable_mergejoin', 'off', true);
  perform set_config('jit', 'off', true);
  perform set_config('work_mem', '128MB', true);
end
$$;
