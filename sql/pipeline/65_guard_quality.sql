-- The freshness of a session: 1 when synced within a day of its end, falling to 0 after a week.
create function property_manager.freshness(p_session public.scraping_sessions, p_now timestamptz)
returns numeric
language sql stable set search_path = pg_catalog, pg_temp as $$
  select round(
    greatest(0, least(1, 1 - (extract(epoch from p_now - p_session.completed_at) / 3600 - 24) / 144)), 3)
$$;

-- Whether rules have judged the rows of a session: not where they were left out, nor where none is active.
create function property_manager.is_assessed(p_session uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  -- a sift of before counted no rules
  select coalesce((sift ->> 'rules')::integer,
    case when sift ->> 'rules_version' is not null then 1 end, 0) > 0
  from property_manager.sifted(p_session) sift
$$;

-- The rows of a session that would be live though a rule warns of them, or one of their cells could not be
-- read or is doubtful. Those of unchanged rows were counted by the sift.
create function property_manager.warned_rows(p_session uuid) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((sift ->> 'warned')::bigint, 0) + coalesce((sift ->> 'unread')::bigint, 0)
    - (
      select count(*)
      from property_manager.quarantine q
      cross join lateral /*use staged q.session_id, q.row_no*/ s
      where q.session_id = p_session and s.problem is null and /*use has_unread s.issues*/)
    + (
      select count(*)
      from (
        select distinct f.row_no
        from property_manager.findings f
        where f.session_id = p_session and f.severity = 'warning'
          and not exists (select from property_manager.quarantine q
            where q.session_id = f.session_id and q.row_no = f.row_no)
      ) f
      cross join lateral /*use staged p_session, f.row_no*/ s
      where not /*use has_unread s.issues*/)
  from property_manager.sifted(p_session) sift
$$;

-- A measure of the record as a whole, as its value 0..1; null where it is not assessed.
create function property_manager.measured(p_session uuid, p_characteristic text, p_measure text)
returns numeric
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.numerator::numeric / m.denominator
  from property_manager.quality_measures m
  where m.session_id = p_session and m.characteristic = p_characteristic and m.measure = p_measure
    and m.field = '' and m.rule_name = ''
$$;

-- The quality of a session, of its measures, as far as they can be assessed; the weight of what is not
-- assessed goes to the rest. Out: {completeness, completeness_of_all, error_rate, warning_rate, validation,
-- freshness, overall}, each 0..1, null when not assessed. Completeness is over the weighted fields that the
-- session has, the other over all of them, as live has it of its listings.
create function property_manager.session_quality(p_session public.scraping_sessions, p_now timestamptz)
returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with rates as (
    select round(property_manager.measured(p_session.id, 'completeness', 'weighted'), 3) as completeness,
      round(property_manager.measured(p_session.id, 'completeness', 'weighted of all'), 3)
        as completeness_of_all,
      1 - property_manager.measured(p_session.id, 'validity', 'rows') as error_rate,
      (
        select coalesce(c.denominator - c.numerator, 0)::numeric / v.denominator
        from property_manager.quality_measures v
        join property_manager.quality_measures c using (session_id, measure, field, rule_name)
        where v.session_id = p_session.id and v.characteristic = 'validity' and v.measure = 'rows'
          and c.characteristic = 'credibility'
      ) as warning_rate,
      property_manager.freshness(p_session, p_now) as freshness
  ), scored as (
    select *, 0.4 * completeness + 0.4 * (1 - error_rate) + 0.2 * (1 - warning_rate / 2) as validation
    from rates
  )
  select jsonb_build_object(
    'completeness', completeness, 'completeness_of_all', completeness_of_all,
    'error_rate', round(error_rate, 3), 'warning_rate', round(warning_rate, 3),
    'validation', round(validation, 3), 'freshness', freshness,
    -- duplicates are not assessed yet and geography never counts: validation (.4) and freshness (.2) share
    -- the whole
    'overall', round((0.4 * validation + 0.2 * freshness) / 0.6, 3))
  from scored
$$;
