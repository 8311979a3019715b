-- Reasons in the session itself: no usable row, a suspect verdict, rules that could not run, too low a
-- quality.
create function property_manager.guard_session(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources, p_quality jsonb
) returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with usable as (
    select (p_plan.metrics ->> 'total_scraped')::integer as scraped,
      (p_plan.metrics ->> 'total_scraped')::integer - (p_plan.metrics ->> 'quarantined_properties')::integer
        - (p_plan.metrics ->> 'superseded_rows')::integer as usable
  )
  select 'no_usable_rows', case when scraped = 0
    then 'the session has no rows: check the site and the session''s errors'
    else format('none of the %s rows can be used: see quarantine list --source %s', scraped,
      p_source.name) end
  from usable where usable <= 0
    -- where its pages are unchanged or gone, a crawl stages nothing
    and not (scraped = 0 and p_session.verdict = 'partial' and property_manager.is_crawl(p_session))
  union all
  select 'suspect_session',
    format('the session is suspect: %s', coalesce(p_session.verdict_reason, 'no reason given'))
  where p_session.verdict = 'suspect'
  union all
  select 'rule_not_run', format('%s: fix the rule or switch it off, then sync again', f.reason)
  from property_manager.findings f
  where f.session_id = p_session.id and f.row_no is null and f.severity = 'error'
  union all
  select 'low_quality',
    format('quality %s is below %s (completeness %s, error rate %s): see quality-report --session-id %s',
    p_quality ->> 'overall', p_source.facts #>> '{guard,least_quality}', p_quality ->> 'completeness',
    p_quality ->> 'error_rate', p_session.id)
  where (p_quality ->> 'overall')::numeric < (p_source.facts #>> '{guard,least_quality}')::numeric
    and property_manager.record_kind(p_source) is null
$$;
