-- What the rules found in a session, and what was set aside, each with rows as examples.

-- The cells of a raw row, each cut to 200 characters; of a row of very many cells the first 300.
create function property_manager.raw_excerpt(p_raw json) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_object_agg(c.key, case
    when octet_length(c.value::text) <= 200 then c.value::jsonb
    when json_typeof(c.value) = 'string' then to_jsonb(left(c.value #>> '{}', 199) || '…')
    else to_jsonb(left(c.value::text, 199) || '…') end), '{}')
  from (
    select e.key, e.value
    from json_each(case json_typeof(p_raw) when 'object' then p_raw else '{}'::json end) e
    where octet_length(e.key) <= 200
    limit 300
  ) c
$$;

-- A row of a session as an example: its id, its line or page, and its raw cells, each cut to 200 characters.
create function property_manager.example_row(p_session uuid, p_row integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('row_no', s.row_no, 'property_id', s.property_id, 'line', o.line,
    'url', case when o.line is null then s.source_url end, 'title', left(s.title, 200),
    'raw', property_manager.raw_excerpt(s.raw))
  from /*use staged p_session, p_row*/ s
  cross join lateral (
    select case jsonb_typeof(s.evidence -> 'line') when 'number' then (s.evidence ->> 'line')::integer end
  ) o (line)
$$;

-- How many rows of a session each rule fails, or could not be checked on, with the first three of them;
-- `unchanged` of them have not changed since an earlier session, where that was found.
create function property_manager.session_rules(p_session uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with counted as (
    select rule_name, rule_version, severity, outcome, field_name, count(*) as rows, 0::bigint as unchanged,
      (array_agg(row_no order by row_no))[1:3] as first_rows, min(reason) as example
    from property_manager.findings where session_id = p_session
    group by rule_name, rule_version, severity, outcome, field_name
    union all
    select rule_name, rule_version, severity, outcome, field_name, cells, cells, first_rows, null
    from property_manager.carried_findings(p_session)
  ), found as (
    select rule_name, rule_version, severity, outcome, field_name, sum(rows)::bigint as rows,
      sum(unchanged)::bigint as unchanged, min(example) as example
    from counted
    group by rule_name, rule_version, severity, outcome, field_name
  ), rows as (
    select c.rule_name, c.rule_version, c.severity, c.outcome, c.field_name, f.row_no, f.value, f.reason
    from (select * from counted where unchanged = 0) c
    cross join lateral unnest(c.first_rows) first (row_no)
    cross join lateral (
      select n.* from property_manager.findings n
      where n.session_id = p_session and n.row_no = first.row_no and n.rule_name = c.rule_name
        and n.rule_version = c.rule_version and n.outcome = c.outcome
        and n.field_name is not distinct from c.field_name
      order by n.id limit 1
    ) f
    union all
    select rule_name, rule_version, severity, outcome, field_name, row_no, value, reason
    from property_manager.carried_examples(p_session)
  ), ranked as (
    select r.*, row_number() over (
      partition by rule_name, rule_version, severity, outcome, field_name order by row_no) as nth
    from rows r
  ), examples as (
    select rule_name, rule_version, severity, outcome, field_name, min(reason) as example,
      jsonb_agg(property_manager.example_row(p_session, row_no)
        || jsonb_build_object('value', value, 'reason', reason) order by row_no) as examples
    from ranked where nth <= 3
    group by rule_name, rule_version, severity, outcome, field_name
  )
  select coalesce(jsonb_agg(jsonb_build_object('rule', f.rule_name, 'version', f.rule_version,
      'severity', f.severity, 'outcome', f.outcome, 'field', f.field_name, 'rows', f.rows,
      'unchanged', f.unchanged, 'example', coalesce(f.example, e.example),
      'examples', coalesce(e.examples, '[]'))
    order by array_position(array['error', 'warning', 'info'], f.severity), f.rows desc, f.rule_name,
      f.rule_version, f.outcome), '[]')
  from found f
  left join examples e on e.rule_name = f.rule_name and e.rule_version = f.rule_version
    and e.severity = f.severity and e.outcome = f.outcome and e.field_name is not distinct from f.field_name
$$;

-- The rows of a session that were set aside: how many of each status, and for each rule and field how many
-- rows, how many of them still wait, and the first three of those, else of all.
create function property_manager.session_quarantine(p_session uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with aside as (
    select q.id, q.row_no, q.status, r ->> 'rule' as rule, r ->> 'field' as field, left(r ->> 'value', 200)
      as value, left(r ->> 'reason', 500) as reason
    from property_manager.quarantine q
    cross join lateral jsonb_array_elements(q.reasons) r
    where q.session_id = p_session
  ), by_rule as (
    select rule, field, count(distinct id) as rows, count(distinct id) filter (where status = 'open') as open
    from aside
    group by rule, field
  ), ranked as (
    select a.*, row_number() over (partition by rule, field order by status <> 'open', id) as nth
    from aside a
  ), examples as (
    select rule, field, jsonb_agg(property_manager.example_row(p_session, row_no)
      || jsonb_build_object('value', value, 'reason', reason, 'id', id) order by nth) as examples
    from ranked where nth <= 3
    group by rule, field
  )
  select jsonb_build_object(
    'statuses', (
      select coalesce(jsonb_object_agg(status, n), '{}')
      from (
        select status, count(*) as n from property_manager.quarantine where session_id = p_session
        group by status
      ) s
    ),
    'rules', (
      select coalesce(jsonb_agg(jsonb_build_object('rule', b.rule, 'field', b.field, 'rows', b.rows,
        'open', b.open, 'examples', e.examples) order by b.rows desc, b.rule, b.field), '[]')
      from by_rule b
      join examples e on e.rule is not distinct from b.rule and e.field is not distinct from b.field
    )
  )
$$;

-- The rows of a session that gave way to another row of their id: how many, how many of them say something
-- else, and the first three of those.
create function property_manager.session_superseded(p_session uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
    'rows', (select count(*) from property_manager.superseded where session_id = p_session),
    'differing', property_manager.superseded_that_differ(p_session),
    'examples', property_manager.superseded_examples(p_session))
$$;

-- The pages of a session that still fail, by kind of error: how many, and the first three.
create function property_manager.session_errors(p_session uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('kind', k.error_type, 'pages', k.pages, 'examples', (
      select jsonb_agg(jsonb_build_object('url', e.url, 'message', left(e.error_message, 300)) order by e.id)
      from public.scraping_errors e where e.id = any (k.first_ids)))
    order by k.pages desc, k.error_type), '[]')
  from (
    select error_type, count(*) as pages, (array_agg(id order by id))[1:3] as first_ids
    from public.scraping_errors
    where session_id = p_session and not resolved
    group by error_type
  ) k
$$;

-- How often the source of a session shows a home twice: its active listings, those that are a further one of
-- a home, the pairs that wait for a person, and the five likeliest of these. Null without active listings.
create function property_manager.session_duplicates(p_session public.scraping_sessions) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('listings', d.listings, 'further', d.further, 'waiting', d.waiting,
    'searched_at', d.searched_at, 'is_assessed', d.is_assessed, 'suggested', (
      select coalesce(jsonb_agg(to_jsonb(m)), '[]') from api.suggested_merges(f.name, null, 5) m))
  from public.sources f
  cross join lateral api.duplicate_rates(f.name) d
  where f.id = p_session.source_id
$$;
