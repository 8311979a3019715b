-- Discards a plan: it is never applied, and its session is no longer pending. A plan that was approved and
-- could not be applied, since live had changed, can be discarded too.
create function api.discard_plan(p_plan uuid, p_actor text) returns void
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
    return;
  elsif v_plan.status not in ('ready', 'held') and not (v_plan.status = 'approved' and not exists (
    select from property_manager.leases l
    where l.session_id = v_plan.session_id and l.epoch = v_plan.epoch and l.leased_until > clock_timestamp()
  )) then
    raise exception 'plan % is %: only a plan that waits can be discarded', left(p_plan::text, 8),
      v_plan.status
      using errcode = 'PMOLD', hint = 'see plans list';
  end if;
  update property_manager.plans set status = 'discarded', decided_by = p_actor, decided_at = now()
  where id = p_plan;
  update public.scraping_sessions set sync_status = 'discarded'
  where id = v_plan.session_id and sync_status in ('pending', 'held', 'planned');
  perform property_manager.reopen_reprocessed(v_plan.session_id);
end
$$;
