-- Quality of a session and of the live catalogue. What is not assessed is reported as such.

-- The report of one session. Out: what it was; the score and its parts as its plan was judged by them;
-- completeness by field, fields with cells that could not be read, fields without any cell, fields that were
-- filled before; findings by rule; what was set aside or gave way; where its rows are; the sessions before
-- it; pages that failed; what is not assessed, and the command that would assess it.
create function api.quality_report(p_session uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
declare
  v_session public.scraping_sessions;
  v_plan    property_manager.plans;
  v_fields  jsonb;
begin
  select * into v_session from public.scraping_sessions where id = p_session;
  if not found then
    raise exception 'there is no session %', p_session using errcode = 'PMNOF', hint = 'see list-sessions';
  end if;
  perform property_manager.refuse_records(f.name, 'what became of its rows: session-details --session-id '
    || p_session)
  from public.sources f where f.id = v_session.source_id;
  select * into v_plan from property_manager.plans
  where session_id = p_session and status <> 'draft' order by epoch desc limit 1;
  v_fields := property_manager.session_fields(v_session);
  return property_manager.session_facts(v_session) || jsonb_build_object(
    'plan', case when v_plan.id is not null then jsonb_build_object('id', v_plan.id, 'status', v_plan.status,
      'reasons', v_plan.reasons) end,
    'quality', case when v_plan.id is not null then property_manager.judged_quality(v_plan, v_session) end,
    'metrics', v_plan.metrics,
    'not_assessed', property_manager.not_assessed(v_plan, v_session),
    'fields', v_fields,
    'unread', api.session_unread(p_session),
    'never_filled', (
      select coalesce(jsonb_agg(f ->> 'field' order by place), '[]')
      from jsonb_array_elements(v_fields) with ordinality as fields (f, place)
      where f ->> 'filled' = '0' and not exists (
        select from property_manager.unread_fields(v_session) u where u.field = f ->> 'field')
    ),
    'lost', property_manager.lost_fields(v_session),
    'rules', property_manager.session_rules(p_session),
    'quarantined',
    (select count(*) from property_manager.quarantine where session_id = p_session and status = 'open'),
    'quarantine', property_manager.session_quarantine(p_session),
    'superseded', property_manager.session_superseded(p_session),
    'places', property_manager.session_places(v_session),
    'history', property_manager.session_history(v_session),
    'errors', property_manager.session_errors(p_session),
    'duplicates', property_manager.session_duplicates(v_session)
  );
end
$$;

-- The newest session of the scope that began after one, however it ended; null where there is none.
create function property_manager.newest_session(p_session public.scraping_sessions) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('session_id', s.id, 'status', case when property_manager.is_interrupted(s)
      then 'interrupted' else s.status end, 'started_at', s.started_at, 'error', left(s.error_message, 500))
  from public.scraping_sessions s
  where s.scope_id = p_session.scope_id and s.id <> p_session.id and s.started_at > p_session.started_at
  order by s.started_at desc, s.id desc
  limit 1
$$;

-- What a session was: of which source and kind, how it ended, what it was read with.
create function property_manager.session_facts(p_session public.scraping_sessions) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('session_id', p_session.id, 'source', f.name, 'kind', p_session.kind,
    'base_url', p_session.base_url, 'session_name', p_session.session_name,
    'started_at', p_session.started_at, 'completed_at', p_session.completed_at,
    'status', case when property_manager.is_interrupted(p_session) then 'interrupted'
      else p_session.status end,
    'error', left(p_session.error_message, 500),
    'verdict', p_session.verdict, 'verdict_reason', p_session.verdict_reason,
    'sync_status', p_session.sync_status, 'rows', p_session.properties_found,
    'pages', p_session.pages_scraped + p_session.current_page, 'pages_failed', p_session.pages_failed,
    'hours_since_end', round(extract(epoch from now() - p_session.completed_at) / 3600, 1),
    'newer', property_manager.newest_session(p_session),
    'mapping', p_session.filters_applied -> 'mapping',
    'columns', coalesce(p_session.filters_applied -> 'columns', '[]'),
    'columns_gone', coalesce(p_session.filters_applied -> 'fields_without_column', '{}'),
    'selectors', coalesce(f.facts #> '{recipe,fields}', '{}'))
  from public.sources f
  where f.id = p_session.source_id
$$;

-- What a report cannot say of a session: [{what, why, next_step}].
create function property_manager.not_assessed(p_plan property_manager.plans,
  p_session public.scraping_sessions)
returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('what', n.what, 'why', n.why, 'next_step', n.next_step)
    order by n.place), '[]')
  from (
    select 1 as place, 'score and rules' as what, 'the session has not been validated yet' as why,
      'sync --dry-run --session-id ' || left(p_session.id::text, 8) as next_step
    where p_plan.id is null and p_session.status = 'completed'
    union all
    select 1, 'score and rules', 'the session did not end well, so it is never synced', null
    where p_plan.id is null and p_session.status <> 'completed'
    union all
    select 1, 'score', 'no rule was checked', 'rules list'
    where p_plan.id is not null and not property_manager.is_assessed(p_session.id)
    union all
    select 2, 'duplicates', coalesce('what changed since ' || to_char(d.searched_at at time zone 'UTC',
      'YYYY-MM-DD HH24:MI "UTC"') || ' was not compared', 'listings were not compared with each other'),
      'duplicates find'
    from public.sources f
    cross join lateral api.duplicate_rates(f.name) d
    where f.id = p_session.source_id and not d.is_assessed
  ) n
$$;

-- The quality by which the guard judged a plan; of a plan of before, as if synced at its session's end.
create function property_manager.judged_quality(p_plan property_manager.plans,
  p_session public.scraping_sessions) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((
    select r.result -> 'quality' from property_manager.stage_results r
    where r.session_id = p_session.id and r.epoch = p_plan.epoch and r.stage = 'guard'
  ), property_manager.session_quality(p_session, p_session.completed_at))
$$;

-- How many values each field of a session has, and its weight in completeness; fields that the session does
-- not declare are not assessed.
create function property_manager.session_fields(p_session public.scraping_sessions) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('field', f.field, 'filled', f.filled,
    'assessed', f.field = any (p_session.declared_fields), 'weight', f.weight) order by f.bit), '[]')
  from (
    select c.* from (
      select /*each compared ", "*/count({name}) as {name}/*end*/
      from public.property_scrapes_staging where session_id = p_session.id
    ) counted
    cross join lateral (values /*each compared ", "*/({bit}, '{name}', counted.{name},
      {weight}::float8)/*end*/) c (bit, field, filled, weight)
  ) f
$$;
