-- Measures a session by the characteristics of ISO/IEC 25012: each measure is a share of two counts, and has
-- a reason where it is not assessed. docs/quality.md defines them.

-- The characteristic that a rule measures: whether a value is there, is the only one, agrees with other
-- values of its row, has one likely reading, or is one that the field can have.
create function property_manager.rule_characteristic(p_rule public.validation_rules) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_rule.rule_type = 'required' then 'completeness'
    when p_rule.rule_type = 'unique' then 'uniqueness'
    when p_rule.rule_type in ('certain', 'likely') then 'credibility'
    when p_rule.rule_type = 'compare' or p_rule.field_name is null
      or p_rule.rule_config ->> 'function' in ('gps_agrees', 'unit_price_agrees') then 'consistency'
    else 'validity' end
$$;

-- What each active rule came to in a session: the cells that it checked, or rows where it is about no cell,
-- and those of them that failed; `reason` says why it checked none. A row on which it raised was not checked.
-- An unchanged row keeps what was found of it when it was new.
create function property_manager.rules_measured(p_session uuid, p_figures jsonb)
returns table (rule_name text, rule_version integer, characteristic text, field text, checked bigint,
  failed bigint, reason text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with found as (
    select f.rule_name,
      count(*) filter (where f.outcome <> 'errored') as failed,
      count(*) filter (where f.outcome = 'errored' and f.row_no is not null) as errored,
      min(f.reason) filter (where f.row_no is null) as not_run
    from property_manager.findings f where f.session_id = p_session
    group by f.rule_name
    union all
    select c.rule_name, sum(c.cells) filter (where c.outcome <> 'errored'),
      sum(c.cells) filter (where c.outcome = 'errored'), null
    from property_manager.carried_findings(p_session) c
    group by c.rule_name
  ), of_rules as (
    select f.rule_name, coalesce(sum(f.failed), 0)::bigint as failed,
      coalesce(sum(f.errored), 0)::bigint as errored, min(f.not_run) as not_run
    from found f
    group by f.rule_name
  ), asked as (
    select r.rule_name, r.version, r.rule_type, property_manager.rule_characteristic(r) as characteristic,
      coalesce(r.field_name, '') as field, coalesce(o.failed, 0) as failed, coalesce(o.errored, 0) as errored,
      o.not_run, case
        when r.rule_config ? 'when' and r.rule_type not in ('unique', 'likely')
          then (p_figures -> 'judged' ->> r.rule_name)::bigint
        when r.rule_type = 'required' or r.field_name is null then (p_figures ->> 'kept')::bigint
        else (p_figures -> 'checked' ->> r.field_name)::bigint
        end + case when r.rule_type = 'certain' then coalesce(o.failed, 0) else 0 end as cells
    from public.scraping_sessions s
    join public.sources f on f.id = s.source_id
    cross join lateral property_manager.rules_of(f.name) r
    left join of_rules o using (rule_name)
    where s.id = p_session and property_manager.is_assessed(p_session)
  )
  select a.rule_name, a.version, a.characteristic, a.field, greatest(a.cells - a.errored, a.failed), a.failed,
    case
      when a.not_run is not null then a.not_run
      when a.rule_type = 'likely' and not exists (
        select from property_manager.listing_state t
        where t.source_id = (select s.source_id from public.scraping_sessions s where s.id = p_session))
        then 'there is nothing in live to compare prices with'
      when coalesce(greatest(a.cells - a.errored, a.failed), 0) = 0
        then format('no row has %s', case when a.field = '' then 'what it is about'
          else format('a value of %s that it is about', a.field) end)
    end
  from asked a
$$;

-- The rows that were read within so many hours before a moment; null where no row can be used.
create function property_manager.rows_read_within(p_session public.scraping_sessions, p_usable bigint,
  p_now timestamptz, p_hours integer) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_session.started_at >= p_now - make_interval(hours => p_hours)
    and not property_manager.states_times(p_session) then
    return p_usable; -- none of them can be older
  end if;
  return (
    select count(*) from public.property_scrapes_staging s
    where s.session_id = p_session.id and s.problem is null
      and coalesce(s.scraped_at, p_session.started_at) >= p_now - make_interval(hours => p_hours));
end
$$;

-- The measures that are of the record as a whole. A denominator of null or 0 is not assessed, for `reason`.
create function property_manager.record_measures(p_plan property_manager.plans,
  p_session public.scraping_sessions, p_figures jsonb, p_now timestamptz)
returns table (characteristic text, measure text, numerator bigint, denominator bigint, reason text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with counted as (
    select (p_figures ->> 'rows')::bigint as rows, (p_figures ->> 'usable')::bigint as usable,
      (p_figures ->> 'offered')::bigint as offered, (p_figures ->> 'kept')::bigint as kept,
      (p_plan.metrics ->> 'quarantined_properties')::bigint as refused,
      (p_plan.metrics ->> 'total_scraped')::bigint - (p_plan.metrics ->> 'superseded_rows')::bigint as judged,
      property_manager.is_assessed(p_session.id) as assessed,
      (p_session.filters_applied ->> 'listings_stated')::bigint as stated
  ), weighted as (
    select sum(1000 * f.weight * (p_figures -> 'filled' ->> f.name)::bigint)
        filter (where p_figures -> 'declared' ? f.name) as filled,
      sum(1000 * f.weight) filter (where p_figures -> 'declared' ? f.name) as declared,
      sum(1000 * f.weight * (p_figures -> 'filled' ->> f.name)::bigint) as filled_of_all,
      sum(1000 * f.weight) as all_fields
    from property_manager.listing_fields f where f.weight > 0
  )
  select m.* from counted c, weighted w, lateral (values
    ('completeness', 'weighted', w.filled::bigint, (w.declared * c.offered)::bigint,
      'no row can be used, or has a weighted field'),
    ('completeness', 'weighted of all', w.filled_of_all::bigint, (w.all_fields * c.offered)::bigint,
      'no row can be used'),
    ('coverage', 'listings', least(c.rows, c.stated), c.stated, 'the source states no number of listings'),
    ('coverage', 'pages', least(p_session.current_page, p_session.total_pages)::bigint,
      p_session.total_pages::bigint, 'the source states no number of index pages'),
    ('validity', 'rows', c.judged - c.refused, case when c.assessed then c.judged end,
      'no rule judged its rows'),
    ('uniqueness', 'ids', c.kept, c.usable, 'no row can be used'),
    ('freshness', 'rows', property_manager.rows_read_within(p_session, c.usable, p_now, 24), c.usable,
      'no row can be used'),
    ('integrity', 'identity', c.usable, c.rows, 'the session has no rows'),
    ('accuracy', 'verified', null::bigint, null::bigint,
      'no value of the session was compared with a second source or with the home itself'),
    ('credibility', 'rows',
      least(greatest(c.judged - c.refused - property_manager.warned_rows(p_session.id), 0),
        c.judged - c.refused),
      case when c.assessed then c.judged - c.refused end, 'no rule judged its rows, or none can go live')
  ) m (characteristic, measure, numerator, denominator, reason)
$$;

-- The measures of each field, in the same form. Those that are not assessed are not stored: most of the
-- fields that there are.
create function property_manager.field_measures(p_session public.scraping_sessions, p_figures jsonb)
returns table (characteristic text, measure text, field text, numerator bigint, denominator bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with fields as (
    select f.name, p_figures -> 'declared' ? f.name as declared,
      (p_figures -> 'filled' ->> f.name)::bigint as filled, (p_figures ->> 'offered')::bigint as offered
    from property_manager.listing_fields f where p_figures -> 'filled' ? f.name
  ), unread as (
    select u.fact ->> 'field' as name,
      (u.fact ->> 'unreadable')::bigint + (u.fact ->> 'doubtful')::bigint as cells
    from property_manager.unread_facts(p_session) u (fact)
  )
  select 'completeness', 'cells', f.name, f.filled, case when f.declared then f.offered end
  from fields f
  union all
  select 'credibility', 'cells', f.name, f.filled, f.filled + coalesce(u.cells, 0)
  from fields f left join unread u using (name)
$$;

-- Measures a session, in place of what was measured of it before. Called once its rules have run and its plan
-- is made.
create function property_manager.measure_session(p_plan property_manager.plans,
  p_session public.scraping_sessions, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_profile constant property_manager.session_profiles := property_manager.profile_session(p_session);
begin
  delete from property_manager.quality_measures where session_id = p_session.id;
  insert into property_manager.quality_measures (session_id, characteristic, measure, field, rule_name,
    source_id, rule_version, rules_version, numerator, denominator, reason, measured_at)
  with rules as materialized (
    select * from property_manager.rules_measured(p_session.id, v_profile.figures)
  ), measured as (
    select r.characteristic, r.measure, '' as field, '' as rule_name, null::integer as rule_version,
      r.numerator, r.denominator, r.reason
    from property_manager.record_measures(p_plan, p_session, v_profile.figures, p_now) r
    union all
    select f.characteristic, f.measure, f.field, '', null, f.numerator, f.denominator, null
    from property_manager.field_measures(p_session, v_profile.figures) f
    where f.denominator > 0
    union all
    select r.characteristic, 'rule', r.field, r.rule_name, r.rule_version, r.checked - r.failed,
      case when r.reason is null then r.checked end, r.reason
    from rules r
    union all
    -- of a field, and of all together: each cell counts once for each rule that checked it
    select k.characteristic, 'checks', coalesce(r.field, ''), '', null,
      sum(r.checked - r.failed) filter (where r.reason is null),
      sum(r.checked) filter (where r.reason is null), 'no rule checked it'
    from (values ('validity'), ('consistency')) k (characteristic)
    left join rules r using (characteristic)
    group by grouping sets ((k.characteristic, r.field), (k.characteristic))
    having coalesce(r.field, '') <> '' or grouping(r.field) = 1
  )
  select p_session.id, m.characteristic, m.measure, m.field, m.rule_name, p_session.source_id, m.rule_version,
    v_profile.rules_version, case when m.denominator > 0 then m.numerator end,
    case when m.denominator > 0 then m.denominator end,
    case when m.denominator > 0 then null else m.reason end, p_now
  from measured m;
end
$$;
