-- The freshness of a session: 1 when synced within a day of its end, falling to 0 after a week.
create function property_manager.freshness(p_session public.scraping_sessions, p_now timestamptz)
returns numeric
language sql stable set search_path = pg_catalog, pg_temp as $$
  select round(
    greatest(0, least(1, 1 - (extract(epoch from p_now - p_session.completed_at) / 3600 - 24) / 144)), 3)
$$;

-- The quality of a session as far as it can be assessed; the weight of what is not assessed goes to the rest.
-- Out: {completeness, error_rate, warning_rate, validation, overall}, each 0..1, null when not assessed.
create function property_manager.session_quality(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_now timestamptz
) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with counted as (
    select
      nullif((p_plan.metrics ->> 'total_scraped')::numeric - (p_plan.metrics ->> 'superseded_rows')::numeric,
        0) as judged,
      (p_plan.metrics ->> 'quarantined_properties')::numeric as refused,
      (p_plan.metrics ->> 'completeness_rate')::numeric as completeness,
      (
        select count(distinct f.row_no) from property_manager.findings f
        where f.session_id = p_session.id and f.severity = 'warning'
          and not exists (select from property_manager.quarantine q
            where q.session_id = f.session_id and q.row_no = f.row_no)
      ) + coalesce((property_manager.sifted(p_session.id) ->> 'warned')::bigint, 0) as warned
  ), rates as (
    select completeness, refused / judged as error_rate, least(warned / judged, 1) as warning_rate
    from counted
  ), scored as (
    select *, 0.4 * completeness + 0.4 * (1 - error_rate) + 0.2 * (1 - warning_rate / 2) as validation
    from rates
  )
  select jsonb_build_object(
    'completeness', completeness, 'error_rate', round(error_rate, 3), 'warning_rate', round(warning_rate, 3),
    'validation', round(validation, 3),
    -- duplicates are not assessed yet and geography never counts: validation (.4) and freshness (.2) share
    -- the whole
    'overall', round((0.4 * validation + 0.2 * property_manager.freshness(p_session, p_now)) / 0.6, 3))
  from scored
$$;
