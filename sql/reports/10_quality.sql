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

-- The catalogue against its thresholds, source by source: the worst one counts and is named, so that many
-- good ones hide no dead one. Out: a row per check; passed is null where it is not assessed.
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
    select f.id, f.name from public.sources f
    where (f.name = p_source or p_source is null and (f.merged_into is null or p_session is not null))
      and (p_session is null
        or f.id = (select s.source_id from public.scraping_sessions s where s.id = p_session))
  ), synced as (
    select f.name as source, m.quarantined_properties as quarantined,
      m.total_scraped - m.superseded_rows as rows, m.completed_at,
      row_number() over (partition by f.id order by m.completed_at desc) as nth
    from public.sync_metadata m
    join public.scraping_sessions s on s.id = m.session_id
    join chosen f on f.id = s.source_id
    where m.sync_status = 'completed' and (p_session is null or m.session_id = p_session)
  ), measured as (
    select 'completeness' as name, l.source, round(avg(l.data_completeness_score), 3) as value,
      -avg(l.data_completeness_score) as badness,
      format('mean completeness of %s active listings, over all fields', count(*)) as what
    from public.properties_live l join chosen f on f.name = l.source
    where l.status = 'active'
    group by l.source
    union all
    select 'errors', y.source, round(sum(y.quarantined)::numeric / nullif(sum(y.rows), 0), 3),
      sum(y.quarantined)::numeric / nullif(sum(y.rows), 0), 'share of rows quarantined in the last syncs'
    from synced y where y.nth <= 5
    group by y.source
    union all
    select 'freshness_hours', y.source, round(extract(epoch from now() - max(y.completed_at)) / 3600, 1),
      extract(epoch from now() - max(y.completed_at)), 'hours since the last applied sync'
    from synced y
    group by y.source
  ), worst as (
    select distinct on (m.name) m.*, count(*) over (partition by m.name) as sources
    from measured m where m.value is not null
    order by m.name, m.badness desc, m.source
  )
  select c.name, w.value, t.threshold,
    case when c.name = 'completeness' then w.value >= t.threshold else w.value <= t.threshold end,
    case when w.name is null then 'not assessed' || c.reason
      when w.sources > 1 then format('%s of %s, the worst of %s sources', w.what, w.source, w.sources)
      else w.what end
  from (values
    (1, 'completeness', ': there is no active listing'), (2, 'errors', ': nothing was synced yet'),
    (3, 'freshness_hours', ': nothing was synced yet'), (4, 'duplicates', ' yet'),
    (5, 'geographic_diversity', ' yet')
  ) c (place, name, reason)
  left join worst w on w.name = c.name
  cross join lateral (select (p_thresholds ->> c.name)::numeric as threshold) t
  order by c.place;
end
$$;
