-- Stores the fingerprint and rule set of the rows that went live, so that they are not compared or validated
-- again; and clears it of listings that became inactive, so that they are when they return.
create function property_manager.remember_content(p_plan property_manager.plans,
  p_session public.scraping_sessions) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_taken  constant text[] := array(
    select c.property_id
    from property_manager.candidates c
    where c.session_id = p_session.id and c.known
      and not exists (select from property_manager.quarantine q
        where q.session_id = c.session_id and q.row_no = c.row_no));
  v_absent constant text[] := array(
    select property_id from property_manager.plan_rows where plan_id = p_plan.id and row_no is null);
begin
  delete from property_manager.listing_warnings
  where source_id = p_session.source_id and property_id = any (v_taken);

  with taken as (
    select c.row_no, c.property_id, c.fingerprint, c.fingerprint_version
    from property_manager.candidates c
    where c.session_id = p_session.id
      and not exists (select from property_manager.quarantine q
        where q.session_id = c.session_id and q.row_no = c.row_no)
  ), warned as (
    insert into property_manager.listing_warnings (source_id, property_id, rule_name, rule_version, severity,
      outcome, field_name, value, reason, readings)
    select p_session.source_id, t.property_id, f.rule_name, f.rule_version, f.severity, f.outcome,
      f.field_name, f.value, f.reason, f.readings
    from taken t join property_manager.findings f on f.session_id = p_session.id and f.row_no = t.row_no
  )
  insert into property_manager.listing_state as t (source_id, property_id, fingerprint, fingerprint_version,
    rules_version)
  select p_session.source_id, taken.property_id, taken.fingerprint, taken.fingerprint_version,
    (select (property_manager.sifted(p_session.id) ->> 'rules_version')::bigint)
  from taken
  on conflict (source_id, property_id) do update
    -- a listing that was revised since the plan was made is compared again
    set fingerprint = case when t.revised_at >= p_plan.created_at then null
      else excluded.fingerprint end, fingerprint_version = excluded.fingerprint_version,
        rules_version = excluded.rules_version;

  update property_manager.listing_state set fingerprint = null
  where source_id = p_session.source_id and property_id = any (v_absent);
end
$$;
