-- Cells that could not be read, were doubtful or are missing on their page, as sessions keep them:
-- filters_applied -> 'unread' is [{field, unreadable, doubtful, missing, examples: [{kind, text, why,
-- readings, line, url}]}]. A session of before has no `missing`. What rules found to be doubtful joins them.

-- The cells that rules found to be doubtful, in the same form, with the first three of a field as examples;
-- those of rows that have not changed since are among them.
create function property_manager.doubts_of_rules(p_session uuid) returns setof jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with doubts as (
    select field_name, count(distinct row_no) as cells
    from property_manager.findings
    where session_id = p_session and outcome = 'doubtful'
    group by field_name
    union all
    select c.field_name, c.cells
    from property_manager.carried_findings(p_session) c where c.outcome = 'doubtful'
  )
  select jsonb_build_object('field', d.field_name, 'unreadable', 0, 'doubtful', d.cells, 'examples', (
    select coalesce(jsonb_agg(jsonb_build_object('kind', 'doubtful', 'text', f.value, 'why', f.reason,
      'readings', coalesce(f.readings, '[]'), 'line', o.line,
      'url', case when o.line is null then s.source_url end)
      order by f.row_no), '[]')
    from (
      select e.row_no, e.value, e.reason, e.readings
      from (
        (
          select n.row_no, n.value, n.reason, n.readings
          from property_manager.findings n
          where n.session_id = p_session and n.outcome = 'doubtful' and n.field_name = d.field_name
          order by n.row_no limit 3
        )
        union all
        select c.row_no, c.value, c.reason, c.readings
        from property_manager.carried_examples(p_session) c
        where c.outcome = 'doubtful' and c.field_name = d.field_name
      ) e
      order by e.row_no limit 3
    ) f
    cross join lateral /*use staged p_session, f.row_no*/ s
    cross join lateral (
      select case jsonb_typeof(s.evidence -> 'line') when 'number' then (s.evidence ->> 'line')::integer end
    ) o (line)))
  from (select field_name, sum(cells) as cells from doubts group by field_name) d
$$;

-- Both of a session, one for each field.
create function property_manager.unread_facts(p_session public.scraping_sessions) returns setof jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('field', f ->> 'field', 'unreadable', sum((f ->> 'unreadable')::integer),
    'doubtful', sum((f ->> 'doubtful')::integer),
    'missing', coalesce(sum((f ->> 'missing')::integer), 0),
    'examples', jsonb_path_query_array(jsonb_agg(f -> 'examples' order by origin), '$[*][*]'))
  from (
    select f, 1 as origin from jsonb_array_elements(p_session.filters_applied -> 'unread') f
    union all
    select f, 2 from property_manager.doubts_of_rules(p_session.id) f
  ) found
  group by f ->> 'field'
$$;

-- Examples of one kind as text: "ab 16hundert" (line 2), "45-50 Lac" (line 9: 45 or 4500000).
create function property_manager.unread_examples(p_field jsonb, p_kind text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select string_agg(coalesce('"' || left(e ->> 'text', 60) || '"',
    case p_kind when 'missing' then 'no text' else 'a cell' end) || coalesce(
      format(' (%s)', nullif(concat_ws(': ', case when e ->> 'line' is not null then 'line ' || (e ->> 'line')
          else e ->> 'url' end,
        case when jsonb_array_length(e -> 'readings') > 0 then (
          select string_agg(r, ' or ' order by n)
          from jsonb_array_elements_text(e -> 'readings') with ordinality as readings (r, n)) end), '')),
      ''), ', ' order by position)
  from jsonb_array_elements(p_field -> 'examples') with ordinality as examples (e, position)
  where e ->> 'kind' = p_kind
$$;

-- What to say of one such field. In: the field; how many rows the session has.
create function property_manager.unread_sentence(p_field jsonb, p_rows integer) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('%s: %s', p_field ->> 'field', string_agg(format('%s in %s of %s row%s%s', said.what,
    p_field ->> said.kind, p_rows, case when p_rows = 1 then '' else 's' end,
    coalesce(': ' || property_manager.unread_examples(p_field, said.kind), '')), '; '
    order by said.kind desc))
  from (values ('unreadable', 'cannot be read'), ('doubtful', 'is doubtful'), ('missing', 'is not found'))
    said (kind, what)
  where (p_field ->> said.kind)::integer > 0
$$;

-- Such fields of a session and what to say of each, those of the most cells first; of what is missing there
-- is no cell.
create function property_manager.unread_fields(p_session public.scraping_sessions)
returns table (field text, cells integer, facts jsonb, sentence text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select f ->> 'field', c.cells, f, property_manager.unread_sentence(f, p_session.properties_found)
  from property_manager.unread_facts(p_session) f
  cross join lateral (select (f ->> 'unreadable')::integer + (f ->> 'doubtful')::integer) c (cells)
  order by c.cells desc, f ->> 'field'
$$;

-- The same as JSON: [{field, unreadable, doubtful, missing, examples, sentence}].
create function api.session_unread(p_session uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(u.facts || jsonb_build_object('sentence', u.sentence)
    order by u.cells desc, u.field), '[]')
  from public.scraping_sessions s
  cross join lateral property_manager.unread_fields(s) u
  where s.id = p_session
$$;

-- How many rows have a cell of a field that could be read. It stops counting at p_enough.
create function property_manager.read_cells(p_session uuid, p_field text, p_enough integer) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*)
  from (
    select from public.property_scrapes_staging s
    where s.session_id = p_session
      and case p_field
        /*each compared " "*/
        when '{name}' then s.{name} is not null
        /*end*/
        else true end
      -- a default stands in for what could not be read
      and not exists (
        select from jsonb_array_elements(s.issues) i
        where i ->> 'field' = p_field and i ->> 'kind' in ('unparseable', 'doubtful'))
    limit p_enough
  ) enough
$$;

-- The fields of which most cells, and at least five, are unreadable or doubtful: what fills them is not what
-- the mapping, or the recipe, takes it for.
create function property_manager.mostly_unread(p_session public.scraping_sessions)
returns table (field text, cells integer, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select u.field, u.cells, u.sentence
  from property_manager.unread_fields(p_session) u
  where u.cells >= 5 and property_manager.read_cells(p_session.id, u.field, u.cells) < u.cells
$$;
