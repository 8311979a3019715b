-- Rows that gave way to another row of their id.

-- How many of them have other content than that row.
create function property_manager.superseded_that_differ(p_session uuid) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*)
  from property_manager.superseded x
  cross join lateral /*use staged x.session_id, x.row_no*/ lost
  cross join lateral /*use staged x.session_id, x.winner*/ kept
  where x.session_id = p_session and lost.fingerprint <> kept.fingerprint
$$;

-- A page of them, after row p_after: both rows with their lines, and the fields in which they differ as
-- [{field, lost, kept}]. Those that are the same have none.
create function api.superseded_rows(p_session uuid, p_after integer, p_limit integer)
returns table (row_no integer, winner integer, property_id text, line integer, winner_line integer,
  differences jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select x.row_no, x.winner, lost.property_id,
    case jsonb_typeof(lost.evidence -> 'line') when 'number' then (lost.evidence ->> 'line')::integer end,
    case jsonb_typeof(kept.evidence -> 'line') when 'number' then (kept.evidence ->> 'line')::integer end,
    coalesce(d.differences, '[]')
  from property_manager.superseded x
  cross join lateral /*use staged x.session_id, x.row_no*/ lost
  cross join lateral /*use staged x.session_id, x.winner*/ kept
  cross join lateral (
    select jsonb_agg(jsonb_build_object('field', f.name, 'lost', f.lost, 'kept', f.kept)
      order by f.bit) as differences
    from (values /*each compared ", "*/
      ({bit}, '{name}', to_jsonb(lost.{name}), to_jsonb(kept.{name}))
      /*end*/) f (bit, name, lost, kept)
    where f.lost is distinct from f.kept
  ) d
  where x.session_id = p_session and x.row_no > p_after
  order by x.row_no
  limit p_limit
$$;

-- The first three of them as JSON: [{row_no, winner, property_id, line, winner_line, differences: [{field,
-- lost, kept}]}], without contacts, which no plan repeats.
create function property_manager.superseded_examples(p_session uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('row_no', e.row_no, 'winner', e.winner,
    'property_id', e.property_id, 'line', r.line, 'winner_line', r.winner_line, 'differences', (
      select coalesce(jsonb_agg(d order by place), '[]')
      from jsonb_array_elements(r.differences) with ordinality as differences (d, place)
      join property_manager.listing_fields f on f.name = d ->> 'field' and f.field_group <> 'contact'))
    order by e.row_no), '[]')
  from (
    select x.row_no, x.winner, lost.property_id
    from property_manager.superseded x
    cross join lateral /*use staged x.session_id, x.row_no*/ lost
    cross join lateral /*use staged x.session_id, x.winner*/ kept
    where x.session_id = p_session and lost.fingerprint <> kept.fingerprint
    order by x.row_no limit 3
  ) e
  cross join lateral api.superseded_rows(p_session, e.row_no - 1, 1) r
$$;

-- A value in a sentence of several; of a long address its end.
create function property_manager.short_value(p_value jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_value is null or p_value = 'null' then '–'
    when length(v) <= 40 then v
    when v ~ '^"https?://' then '"…' || right(v, 38)
    else left(v, 39) || '…' end
  from property_manager.format_value(p_value) v
$$;

-- What to say of those that differ; null where there are none. In: the three examples.
create function property_manager.superseded_sentence(p_session uuid, p_examples jsonb) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select format('%s superseded %s from the row of its id that is used: %s%s; see session-details '
      '--session-id %s --superseded', n, case when n = 1 then 'row differs' else 'rows differ, each' end, (
      select string_agg(format('%s (%s %s, used is %s): %s', e ->> 'property_id',
        case when e ->> 'line' is null then 'row' else 'line' end, coalesce(e ->> 'line', e ->> 'row_no'),
        coalesce(e ->> 'winner_line', e ->> 'winner'), coalesce(nullif(concat_ws(', ', (
          select string_agg(format('%s %s → %s', d ->> 'field',
            property_manager.short_value(d -> 'lost'), property_manager.short_value(d -> 'kept')), ', '
            order by nth) filter (where nth <= 3)
          from jsonb_array_elements(e -> 'differences') with ordinality as differences (d, nth)),
        case when jsonb_array_length(e -> 'differences') > 3
          then format('%s more', jsonb_array_length(e -> 'differences') - 3) end), ''), 'its contacts')), '; '
        order by place)
      from jsonb_array_elements(p_examples) with ordinality as examples (e, place)
    ), case when n > 3 then ' …' else '' end, left(p_session::text, 8))
  from property_manager.superseded_that_differ(p_session) n
  where n > 0
$$;
