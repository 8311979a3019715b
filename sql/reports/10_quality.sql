-- Quality of a session and of the live catalogue. What is not assessed is reported as such.

-- The report of one session. Out: the score and its parts, completeness by field, fields with cells that
-- could not be read, fields without any cell, findings by rule, quarantine.
create function api.quality_report(p_session uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
declare
  v_session public.scraping_sessions;
  v_plan    property_manager.plans;
begin
  select * into v_session from public.scraping_sessions where id = p_session;
  if not found then
    raise exception 'there is no session %', p_session using errcode = 'PMNOF', hint = 'see list-sessions';
  end if;
  select * into v_plan from property_manager.plans
  where session_id = p_session and status <> 'draft' order by epoch desc limit 1;
  return jsonb_build_object(
    'session_id', p_session,
    'source', (select name from public.sources where id = v_session.source_id),
    'status', v_session.status, 'verdict', v_session.verdict, 'sync_status', v_session.sync_status,
    'rows', v_session.properties_found,
    'quality', case when v_plan.id is null then null
      else property_manager.session_quality(v_plan, v_session, v_session.completed_at) end,
    'metrics', v_plan.metrics,
    'not_assessed', jsonb_build_array('duplicates', 'geographic diversity')
      || case when v_plan.id is null then '["rules: the session has not been validated yet"]'
        else '[]' end::jsonb,
    'fields', property_manager.session_fields(v_session),
    'unread', api.session_unread(p_session),
    'never_filled', (
      select coalesce(jsonb_agg(f ->> 'field'), '[]')
      from jsonb_array_elements(property_manager.session_fields(v_session)) f
      where f ->> 'filled' = '0' and not exists (
        select from property_manager.unread_fields(v_session) u where u.field = f ->> 'field')
    ),
    'rules', (
      select coalesce(jsonb_agg(to_jsonb(r) order by r.severity, r.rule), '[]')
      from (
        select rule_name as rule, rule_version as version, severity, outcome, count(*) as rows,
          min(reason) as example
        from property_manager.findings where session_id = p_session
        group by rule_name, rule_version, severity, outcome
      ) r
    ),
    'quarantined',
    (select count(*) from property_manager.quarantine where session_id = p_session and status = 'open'),
    'errors', (
      select coalesce(jsonb_object_agg(error_type, n), '{}')
      from (select error_type, count(*) as n from public.scraping_errors
        where session_id = p_session and not resolved group by error_type) e
    )
  );
end
$$;

-- How many values each field of a session has; fields that the session does not declare are not assessed.
create function property_manager.session_fields(p_session public.scraping_sessions) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('field', f.field, 'filled', f.filled,
    'assessed', f.field = any (p_session.declared_fields)) order by f.bit), '[]')
  from (
    select c.* from (
      select /*each compared ", "*/count({name}) as {name}/*end*/
      from public.property_scrapes_staging where session_id = p_session.id
    ) counted
    cross join lateral (values /*each compared ", "*/({bit}, '{name}', counted.{name})/*end*/) c (bit, field,
      filled)
  ) f
$$;

-- The catalogue against its thresholds. Out: a row per check; passed is null where it is not assessed.
create function api.quality_checks(p_source text, p_session uuid, p_thresholds jsonb)
returns table (check_name text, value numeric, threshold numeric, passed boolean, explanation text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_session is not null and not exists (select from public.scraping_sessions where id = p_session) then
    raise exception 'there is no session %', p_session using errcode = 'PMNOF', hint = 'see list-sessions';
  elsif p_source is not null and not exists (select from public.sources where name = p_source) then
    raise exception 'there is no source "%"', p_source using errcode = 'PMNOF', hint = 'see status';
  end if;
  return query
  with chosen as (
    select coalesce(p_source, (
      select f.name from public.sources f join public.scraping_sessions s on s.source_id = f.id
      where s.id = p_session)) as source
  ), live as (
    select count(*) as listings, round(avg(l.data_completeness_score), 3) as completeness
    from public.properties_live l, chosen
    where l.status = 'active' and (chosen.source is null or l.source = chosen.source)
  ), recent as (
    select m.* from public.sync_metadata m
    join public.scraping_sessions s on s.id = m.session_id
    join public.sources f on f.id = s.source_id, chosen
    where m.sync_status = 'completed' and (chosen.source is null or f.name = chosen.source)
      and (p_session is null or m.session_id = p_session)
    order by m.completed_at desc limit 5
  ), rates as (
    select round(sum(quarantined_properties)::numeric / nullif(sum(total_scraped - superseded_rows), 0),
      3) as errors, round(extract(epoch from now() - max(completed_at)) / 3600, 1) as hours
    from recent
  )
  select c.check_name, c.value, c.threshold, c.passed, c.explanation
  from live, rates, lateral (values
    ('completeness', live.completeness, (p_thresholds ->> 'completeness')::numeric,
      live.completeness >= (p_thresholds ->> 'completeness')::numeric,
      case live.listings when 0 then 'not assessed: there is no active listing'
        else format('mean completeness of %s active listings', live.listings) end),
    ('errors', rates.errors, (p_thresholds ->> 'errors')::numeric,
      rates.errors <= (p_thresholds ->> 'errors')::numeric,
      case when rates.errors is null then 'not assessed: nothing was synced yet'
        else 'share of rows quarantined in the last syncs' end),
    ('freshness_hours', rates.hours, (p_thresholds ->> 'freshness_hours')::numeric,
      rates.hours <= (p_thresholds ->> 'freshness_hours')::numeric,
      case when rates.hours is null then 'not assessed: nothing was synced yet'
        else 'hours since the last applied sync' end),
    ('duplicates', null::numeric, (p_thresholds ->> 'duplicates')::numeric, null::boolean,
      'not assessed yet'),
    ('geographic_diversity', null::numeric, null::numeric, null::boolean, 'not assessed yet')
  ) c (check_name, value, threshold, passed, explanation);
end
$$;
