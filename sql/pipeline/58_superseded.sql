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
