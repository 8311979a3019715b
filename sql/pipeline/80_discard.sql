-- Discards a plan: it is never applied, and its session is no longer pending. A plan that was approved and
-- could not be applied, since live had changed, can be discarded too. It is a line of the admin audit, once.
-- Out: {decided_by, decided_at}, of somebody else where they discarded it before.
create function api.discard_plan(p_plan uuid, p_actor text, p_reason text default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_plan property_manager.plans;
begin
  -- the lease first, as every stage does: an apply that is running ends first
  perform from property_manager.leases l
  join public.scraping_sessions s on s.source_id = l.source_id
  join property_manager.plans p on p.session_id = s.id
  where p.id = p_plan
  for update of l;
  select p.* into v_plan from property_manager.plans p where p.id = p_plan for update;
  if not found then
    raise exception 'there is no plan %', p_plan using errcode = 'PMNOF', hint = 'see plans list';
  elsif v_plan.status = 'discarded' then
    return jsonb_build_object('decided_by', v_plan.decided_by, 'decided_at', v_plan.decided_at);
  elsif v_plan.status not in ('ready', 'held') and not (v_plan.status = 'approved' and not exists (
    select from property_manager.leases l
    where l.session_id = v_plan.session_id and l.epoch = v_plan.epoch and l.leased_until > clock_timestamp()
  )) then
    raise exception 'plan % is %: only a plan that waits can be discarded', left(p_plan::text, 8),
      v_plan.status || property_manager.decided(v_plan.decided_by, v_plan.decided_at)
      using errcode = 'PMOLD', hint = 'see plans list';
  end if;
  update property_manager.plans set status = 'discarded', decided_by = p_actor, decided_at = now(),
    decision = p_reason
  where id = p_plan;
  update public.scraping_sessions set sync_status = 'discarded'
  where id = v_plan.session_id and sync_status in ('pending', 'held', 'planned');
  perform property_manager.reopen_reprocessed(v_plan.session_id);
  perform property_manager.refuse_removals(v_plan);
  perform property_manager.queue_unsynced(v_plan.session_id);
  perform property_manager.note_decided(p_actor, 'discard',
    property_manager.about_plan(v_plan, s) || jsonb_strip_nulls(jsonb_build_object('reason', p_reason)))
  from public.scraping_sessions s where s.id = v_plan.session_id;
  return jsonb_build_object('decided_by', p_actor, 'decided_at', now());
end
$$;
