-- Finds what is unusual in a session. A figure is unusual when it is off by many usual spreads and by enough
-- to matter; it takes five sessions to know what is usual.

-- How far figures are off: `off` in what counts (a share of the usual rows, a share of the rows, a power of
-- ten of a price), and `times` in usual spreads. The spread is at least what chance alone makes of so many
-- rows. Negative is less than usual.
create function property_manager.distances(p_profile property_manager.session_profiles,
  p_others property_manager.session_profiles[], p_since_approved boolean)
returns table (kind text, field text, homes text, value double precision, of_rows bigint,
  usual double precision, spread double precision, sessions integer, off double precision,
  times double precision)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.kind, c.field, c.homes, c.value, c.of_rows, c.usual, s.spread, c.sessions,
    case c.kind when 'volume' then (c.value - c.usual) / nullif(c.usual, 0) else c.value - c.usual end,
    (c.value - c.usual) / s.spread
  from property_manager.compared_figures(p_profile, p_others, p_since_approved) c
  cross join lateral (
    select greatest(c.spread, case c.kind
      when 'volume' then greatest(1, 0.03 * c.usual, 0.3 * sqrt(c.usual))
      when 'distribution' then greatest(0.02, 0.5 / sqrt(c.of_rows))
      when 'price level' then greatest(0.02, 0.375 / sqrt(c.of_rows))
      else greatest(0.01, sqrt(greatest(c.usual * (1 - c.usual), 1.0 / c.of_rows) / c.of_rows)) end) as spread
  ) s
  where c.sessions >= 5 and c.of_rows > 0
$$;

-- How much of each kind is unusual: from which `mild` on it is reported, from which `severe` on a plan is
-- held; whether less than usual counts, and more.
create function property_manager.unusual_from()
returns table (kind text, mild double precision, severe double precision, less boolean, more boolean)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  values ('volume', 0.15, 0.3, true, true), ('null rate', 0.05, 0.2, false, true),
    ('distribution', 0.1, 0.3, false, true), ('repeated value', 0.1, 0.2, false, true),
    ('price level', 0.08, 0.3, true, true)
$$;

-- The figures of a session that are unusual beside the last twelve like it, unless they are usual on its day
-- of the week, which is known when five of the last sixty were on that day.
create function property_manager.unusual_figures(p_session public.scraping_sessions,
  p_profile property_manager.session_profiles, p_source public.sources)
returns table (kind text, field text, homes text, value double precision, of_rows bigint,
  usual double precision, spread double precision, sessions integer, times double precision, severity text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with far_off as materialized (
    select d.*, case
      when abs(d.off) < k.severe or abs(d.times)
        < 1.5 * coalesce((p_source.facts #>> '{guard,unusual_times}')::float8, 4) then 'mild'
      when d.kind = 'volume' and d.off > 0 then 'mild'
      -- a file that no longer has a column that nobody maps takes nothing from live
      when d.kind = 'null rate' and p_session.kind = 'import'
        and not p_profile.figures -> 'declared' ? d.field then 'mild'
      else 'severe' end as severity
    from property_manager.distances(p_profile, array(
      select p from property_manager.sessions_before(p_profile, 12) p), true) d
    join property_manager.unusual_from() k on k.kind = d.kind
    where abs(d.off) >= k.mild
      and abs(d.times) >= coalesce((p_source.facts #>> '{guard,unusual_times}')::float8, 4)
      and case when d.off < 0 then k.less else k.more end
      and (d.kind <> 'volume' or p_profile.verdict = 'complete' and p_profile.figures ->> 'reads' = 'all')
      and greatest(d.of_rows, case when d.kind = 'volume' then d.usual end) >= 20
      and not coalesce(p_source.facts -> 'volatile' ? d.field, false)
  ), same_day as materialized (
    select d.*
    from (
      select array_agg(p) as others
      from property_manager.sessions_before(p_profile, 60) p
      where extract(isodow from p.completed_at at time zone 'UTC')
          = extract(isodow from p_profile.completed_at at time zone 'UTC')
        and exists (select from far_off)
    ) o
    cross join lateral property_manager.distances(p_profile, o.others, false) d
  )
  select f.kind, f.field, f.homes, f.value, f.of_rows, f.usual, f.spread, f.sessions, f.times, f.severity
  from far_off f
  where not exists (
    -- of a field that is mostly empty, what is left says nothing
    select from far_off n
    where n.kind = 'null rate' and n.field = f.field and f.kind in ('distribution', 'repeated value'))
  and not exists (
    select from same_day s
    join property_manager.unusual_from() k on k.kind = s.kind
    where s.kind = f.kind and s.field is not distinct from f.field and s.homes is not distinct from f.homes
      and (abs(s.off) < k.mild
        or abs(s.times) < coalesce((p_source.facts #>> '{guard,unusual_times}')::float8, 4)))
$$;

-- A share as text: 3.5 %, 100 %.
create function property_manager.as_percent(p_share double precision) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select trim_scale(round(100 * p_share::numeric, case when p_share < 0.1 then 1 else 0 end)) || ' %'
$$;

-- What is unusual, in one sentence: what is there, what is usual, how unusual that is.
create function property_manager.anomaly_sentence(p_kind text, p_field text, p_homes text,
  p_value double precision, p_usual double precision, p_times double precision, p_sessions integer)
returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('%s: %s × the usual spread over the last %s sessions', case p_kind
      when 'volume' then format('%s rows, usual %s', p_value, round(p_usual))
      when 'null rate' then format('%s has no value in %s of the rows, usual %s', p_field,
        property_manager.as_percent(p_value), property_manager.as_percent(p_usual))
      when 'distribution' then format('%s is spread otherwise than before: %s of the rows moved, usual %s',
        p_field, property_manager.as_percent(p_value), property_manager.as_percent(p_usual))
      when 'repeated value' then format('one value of %s is in %s of the rows that have one, usual %s',
        p_field, property_manager.as_percent(p_value), property_manager.as_percent(p_usual))
      else format('the median price of %s is %s, usual %s', p_homes,
        property_manager.format_value(to_jsonb(round(power(10, p_value)::numeric))),
        property_manager.format_value(to_jsonb(round(power(10, p_usual)::numeric)))) end,
    trim_scale(round(abs(p_times)::numeric, case when abs(p_times) < 10 then 1 else 0 end)), p_sessions)
$$;

-- Stores what is unusual in a session that was measured, in place of what was found before, the most unusual
-- first.
create function property_manager.find_anomalies(p_session public.scraping_sessions, p_source public.sources,
  p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_profile property_manager.session_profiles;
  v_before  property_manager.session_profiles;
begin
  delete from property_manager.quality_anomalies where session_id = p_session.id;
  select * into v_profile from property_manager.session_profiles where session_id = p_session.id;
  select * into v_before from property_manager.sessions_before(v_profile, 1);
  if p_session.verdict = 'suspect' or v_before.figures = v_profile.figures and not exists (
    select from property_manager.quality_anomalies a where a.session_id = v_before.session_id
  ) then
    return;
  end if;
  insert into property_manager.quality_anomalies (session_id, nth, source_id, scope_id, kind, field, homes,
    severity, value, usual, spread, times, sessions, sentence, measured_at)
  select p_session.id,
    row_number() over (order by u.severity desc, abs(u.times) desc, u.kind, u.field, u.homes),
    p_session.source_id, p_session.scope_id, u.kind, u.field, u.homes, u.severity, p.value, p.usual, u.spread,
    u.times, u.sessions, property_manager.anomaly_sentence(u.kind, u.field, u.homes, u.value, u.usual,
      u.times, u.sessions), p_now
  from property_manager.unusual_figures(p_session, v_profile, p_source) u
  cross join lateral (
    select case when u.kind = 'price level' then power(10, u.value) else u.value end as value,
      case when u.kind = 'price level' then power(10, u.usual) else u.usual end as usual
  ) p;
end
$$;

-- What is unusual in a session, the most unusual first. `value` and `usual` are rows, shares of rows, or
-- prices.
create function api.quality_anomalies(p_session uuid)
returns table (kind text, field text, homes text, severity text, value double precision,
  usual double precision, spread double precision, times double precision, sessions integer, sentence text,
  measured_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from public.scraping_sessions s where s.id = p_session)
    and not exists (select from property_manager.session_profiles p where p.session_id = p_session) then
    raise exception 'there is no session %', p_session using errcode = 'PMNOF', hint = 'see list-sessions';
  end if;
  return query
  select a.kind, a.field, a.homes, a.severity, a.value, a.usual, a.spread, a.times, a.sessions, a.sentence,
    a.measured_at
  from property_manager.quality_anomalies a where a.session_id = p_session
  order by a.nth;
end
$$;
