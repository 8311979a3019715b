-- Sifts a staged session: settles repeated ids and finds the rows whose content is new to the catalogue.
-- In: the session; whether its rows are to pass the rules. Out: {rows, superseded, candidates, completeness, content}.
create function property_manager.sift(p_session uuid, p_epoch bigint, p_validate boolean) returns jsonb
language plpgsql security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_result     jsonb := property_manager.enter_stage(p_session, p_epoch, 'sift');
  v_session    public.scraping_sessions;
  v_rules      bigint;
  v_superseded bigint;
  v_candidates bigint;
begin
  if v_result is not null then
    return v_result;
  end if;
  select * into v_session from public.scraping_sessions where id = p_session;
  perform property_manager.plan_for(v_session.source_id, v_session.properties_found);
  v_rules := case when p_validate then property_manager.rules_version() end;

  -- a repeated id: the latest fetch wins, then the fuller row, then a tie-break that no order of arrival can sway
  insert into property_manager.superseded (session_id, row_no, winner)
  select p_session, row_no, winner
  from (
    select s.row_no, first_value(s.row_no) over (
      partition by s.property_id
      order by s.scraped_at desc nulls last,
        (/*each weighted " + "*/ case when s.{name} is null then 0 else {weight} end/*end*/) desc,
        s.fingerprint, s.row_no
    ) as winner
    from public.property_scrapes_staging s
    join (
      select property_id from public.property_scrapes_staging
      where session_id = p_session and problem is null
      group by property_id having count(*) > 1
    ) repeated using (property_id)
    where s.session_id = p_session and s.problem is null
  ) ranked
  where row_no <> winner;
  get diagnostics v_superseded = row_count;

  insert into property_manager.candidates (session_id, row_no, property_id, known)
  select p_session, s.row_no, s.property_id, t.property_id is not null
  from public.property_scrapes_staging s
  left join property_manager.listing_state t on t.source_id = v_session.source_id and t.property_id = s.property_id
  where s.session_id = p_session and s.problem is null
    and (t.fingerprint is distinct from s.fingerprint
      or t.fingerprint_version is distinct from s.fingerprint_version
      or (p_validate and t.rules_version is distinct from v_rules))
    and not exists (
      select from property_manager.superseded x where x.session_id = p_session and x.row_no = s.row_no
    );
  get diagnostics v_candidates = row_count;

  select jsonb_build_object(
    'rows', count(*),
    'unusable', count(*) filter (where s.problem is not null),
    'superseded', v_superseded,
    'candidates', v_candidates,
    'rules_version', v_rules,
    'content', hashtextextended(coalesce(sum(s.fingerprint), 0)::text, 0),
    'completeness', round(
      avg(/*each weighted " + "*/case when s.{name} is null then 0 else {weight} end/*end*/) filter (where s.problem is null)
      / nullif((/*each weighted " + "*/case when '{name}' = any (v_session.declared_fields) then {weight} else 0 end/*end*/), 0), 3)
  ) into v_result
  from public.property_scrapes_staging s
  where s.session_id = p_session;
  return property_manager.leave_stage(p_session, p_epoch, 'sift', v_result);
end
$$;
grant execute on function property_manager.sift to service_role;
