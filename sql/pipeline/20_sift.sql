-- Sifts a staged session: settles repeated ids and finds the rows whose content is new to the catalogue.
-- In: the session; whether its rows are to pass the rules. Out: {rows, superseded, candidates, completeness, content}.
create function property_manager.sift(p_session uuid, p_epoch bigint, p_validate boolean) returns jsonb
language plpgsql security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_result  jsonb := property_manager.enter_stage(p_session, p_epoch, 'sift');
  v_session public.scraping_sessions;
  v_rules   bigint;
begin
  if v_result is not null then
    return v_result;
  end if;
  select * into v_session from public.scraping_sessions where id = p_session;
  perform property_manager.plan_for(v_session.source_id, v_session.properties_found);
  v_rules := case when p_validate then property_manager.rules_version() end;

  -- the session is read once
  with staged as materialized (
    select s.row_no, s.property_id, s.problem is null as usable, s.standard_status is distinct from 'Delete' as standing, s.fingerprint, s.fingerprint_version, s.scraped_at,
      /*each weighted " + "*/case when s.{name} is null then 0 else {weight}::float8 end/*end*/ as filled,
      /*each weighted " + "*/case when '{name}' = 'title' and s.title is not null then {weight}::float8 else 0 end/*end*/ as titled
    from public.property_scrapes_staging s
    where s.session_id = p_session
  ), repeated as (
    select property_id from staged where usable group by property_id having count(*) > 1
  ), ranked as (
    -- a repeated id: the latest fetch wins, then the fuller row, then a tie-break that no order of arrival can sway
    select s.row_no, first_value(s.row_no) over (
      partition by s.property_id order by s.scraped_at desc nulls last, s.filled desc, s.fingerprint, s.row_no
    ) as winner
    from staged s join repeated using (property_id)
    where s.usable
  ), superseded as (
    insert into property_manager.superseded (session_id, row_no, winner)
    select p_session, row_no, winner from ranked where row_no <> winner
    returning row_no
  ), candidates as (
    insert into property_manager.candidates (session_id, row_no, property_id, known)
    select p_session, s.row_no, s.property_id, t.property_id is not null
    from staged s
    left join property_manager.listing_state t on t.source_id = v_session.source_id and t.property_id = s.property_id
    where s.usable
      and (t.fingerprint is distinct from s.fingerprint
        or t.fingerprint_version is distinct from s.fingerprint_version
        or (p_validate and t.rules_version is distinct from v_rules))
      and not exists (select from superseded x where x.row_no = s.row_no)
    returning row_no
  )
  select jsonb_build_object(
    'rows', count(*),
    'unusable', count(*) filter (where not usable),
    'superseded', (select count(*) from superseded),
    'candidates', (select count(*) from candidates),
    'rules_version', v_rules,
    'content', hashtextextended(coalesce(sum(fingerprint), 0)::text, 0),
    'completeness', round((
      -- of a source that states no titles all are derived: what it does not declare is not its merit
      avg(case when 'title' = any (v_session.declared_fields) then filled else filled - titled end) filter (where usable and standing) -- a deletion need say no more
      / nullif((/*each weighted " + "*/case when '{name}' = any (v_session.declared_fields) then {weight} else 0 end/*end*/), 0)
    )::numeric, 3)
  ) into v_result
  from staged;
  return property_manager.leave_stage(p_session, p_epoch, 'sift', v_result);
end
$$;
grant execute on function property_manager.sift to service_role;
