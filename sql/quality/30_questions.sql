-- What was measured, to read.

-- The measures of a session, one a row: `value` is numerator ÷ denominator, null where it is not assessed,
-- for `reason`. Of a session that was not planned yet every characteristic is there, not assessed.
create function api.quality_measures(p_session uuid)
returns table (characteristic text, measure text, field text, rule_name text, rule_version integer,
  numerator bigint, denominator bigint, value double precision, reason text, rules_version bigint,
  measured_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from public.scraping_sessions s where s.id = p_session)
    and not exists (select from property_manager.quality_measures m where m.session_id = p_session) then
    raise exception 'there is no session %', p_session using errcode = 'PMNOF', hint = 'see list-sessions';
  end if;
  return query
  select m.characteristic, m.measure, nullif(m.field, ''), nullif(m.rule_name, ''), m.rule_version,
    m.numerator, m.denominator, m.numerator::float8 / m.denominator, m.reason, m.rules_version, m.measured_at
  from (
    select o.* from property_manager.quality_measures o where o.session_id = p_session
    union all
    select p_session, c.characteristic, c.measure, '', '', null, null, null, null, null,
      'the session was not planned yet: sync --dry-run --session-id ' || p_session, null
    from property_manager.quality_characteristics() c
    where not exists (select from property_manager.quality_measures o where o.session_id = p_session)
    union all
    select p_session, k.characteristic, 'cells', f.name, '', null, null, null, null, null, k.reason, null
    from property_manager.listing_fields f
    cross join (values ('completeness', 'no row of the session has a cell with content of it'),
      ('credibility', 'no row of the session has a value of it')) k (characteristic, reason)
    where f.role = 'content' and exists (select from public.scraping_sessions s where s.id = p_session)
      and exists (select from property_manager.quality_measures o where o.session_id = p_session)
      and not exists (
        select from property_manager.quality_measures o
        where o.session_id = p_session and o.characteristic = k.characteristic and o.measure = 'cells'
          and o.field = f.name)
  ) m
  left join property_manager.quality_characteristics() c
    on c.characteristic = m.characteristic and c.measure = m.measure
  left join property_manager.listing_fields f on f.name = m.field
  order by c.place, f.bit nulls first, m.rule_name;
end
$$;

-- Every measure that there is, in the order of reports.
create function property_manager.quality_characteristics()
returns table (characteristic text, measure text, place integer)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  values ('completeness', 'weighted', 1), ('completeness', 'weighted of all', 2),
    ('completeness', 'cells', 3), ('completeness', 'rule', 4), ('coverage', 'listings', 5),
    ('coverage', 'pages', 6), ('validity', 'rows', 7), ('validity', 'checks', 8),
    ('validity', 'rule', 9), ('uniqueness', 'ids', 10), ('uniqueness', 'rule', 11),
    ('freshness', 'rows', 12), ('consistency', 'checks', 13), ('consistency', 'rule', 14),
    ('integrity', 'identity', 15), ('accuracy', 'verified', 16), ('credibility', 'rows', 17),
    ('credibility', 'cells', 18), ('credibility', 'rule', 19)
$$;

-- The figures of the last sessions of a source that were applied, the newest session first; of one that
-- cleanup removed as well. A figure is a measure ('validity checks', of a rule 'validity rule'), or 'rows',
-- 'null rate' of a field, or 'median price' of the homes that `homes` names.
create function api.quality_trend(p_source text, p_limit integer)
returns table (session_id uuid, scope text, completed_at timestamptz, verdict text, figure text, field text,
  rule_name text, homes text, numerator bigint, denominator bigint, value double precision)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from public.sources s where s.name = p_source) then
    raise exception 'there is no source "%"', p_source using errcode = 'PMNOF', hint = 'see status';
  end if;
  return query
  with shown as materialized (
    select p.*, k.name as scope_name
    from public.sources f
    join property_manager.session_profiles p on p.source_id = f.id
    join property_manager.scopes k on k.id = p.scope_id
    left join public.scraping_sessions s on s.id = p.session_id
    where f.name = p_source and (s.id is null or s.sync_status = 'completed')
    order by p.completed_at desc, p.session_id limit p_limit
  )
  select s.session_id, s.scope_name, s.completed_at, s.verdict, g.figure, g.field, g.rule_name, g.homes,
    g.numerator, g.denominator, g.value
  from shown s
  cross join lateral (
    select 'rows' as figure, null as field, null as rule_name, null as homes,
      (s.figures ->> 'rows')::bigint as numerator, null::bigint as denominator,
      (s.figures ->> 'rows')::float8 as value
    union all
    select concat_ws(' ', m.characteristic, m.measure), nullif(m.field, ''), nullif(m.rule_name, ''), null,
      m.numerator, m.denominator, m.numerator::float8 / m.denominator
    from property_manager.quality_measures m
    where m.session_id = s.session_id and m.denominator > 0
    union all
    select 'null rate', f.name, null, null, o.offered - f.filled::bigint, o.offered,
      1 - f.filled::float8 / o.offered
    from jsonb_each_text(s.figures -> 'filled') f (name, filled)
    cross join (select (s.figures ->> 'offered')::bigint as offered) o
    where s.figures -> 'declared' ? f.name and o.offered > 0
    union all
    select 'median price', null, null, property_manager.homes_of_level(l), (l ->> 'homes')::bigint, null,
      (l ->> 'middle')::float8
    from jsonb_array_elements(s.figures -> 'levels') l
  ) g
  order by s.completed_at desc, s.session_id, g.figure, g.field, g.rule_name, g.homes;
end
$$;

-- What the homes of a price level have in common, as text: "Mérida, Casa, sale, MXN".
create function property_manager.homes_of_level(p_level jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select concat_ws(', ', nullif(p_level ->> 'city', ''), nullif(p_level ->> 'kind', ''),
    nullif(p_level ->> 'operation', ''), nullif(p_level ->> 'currency', ''),
    nullif('a ' || (p_level ->> 'period'), 'a '))
$$;
