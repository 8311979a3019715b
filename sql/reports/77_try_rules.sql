-- What a rule would find, saved or not: in the staged rows of a session, or in live. Nothing is kept. It may
-- raise or never end, so the caller limits it as the sync does; and it answers counts and a page of examples,
-- whatever the number of rows.

-- Listings in live as staged rows, which is what rules judge: a statement without a name. What is said of
-- staged rows alone is null. $2: the source.
create function property_manager.live_as_staged() returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select 'select ' || string_agg(case when l.attname is null then format('null::%s as %I',
        format_type(s.atttypid, s.atttypmod), s.attname)
      else format('l.%I', s.attname) end, ', ' order by s.attnum)
    || ' from public.properties_live l where l.status <> ''removed'' and l.source = any ($2)'
  from pg_catalog.pg_attribute s
  left join pg_catalog.pg_attribute l on l.attrelid = 'public.properties_live'::regclass
    and l.attname = s.attname and l.atttypid = s.atttypid and not l.attisdropped
    and s.attname not in ('created_at', 'kept', 'issues')
  where s.attrelid = 'public.property_scrapes_staging'::regclass and s.attnum > 0 and not s.attisdropped
$$;

-- The text that a cell had in its source: that of the column it is mapped from, or of its own name.
create function property_manager.raw_text(p_raw json, p_mapping jsonb, p_field text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (
      select p_raw ->> (c.name #>> '{}')
      from jsonb_path_query(p_mapping -> 'fields' -> p_field, 'lax $.from[*]') with ordinality c (name, nth)
      where jsonb_typeof(c.name) = 'string' and btrim(p_raw ->> (c.name #>> '{}')) <> ''
      order by c.nth limit 1
    ),
    p_raw ->> p_field)
$$;

-- The rows that a rule is tried on, as SQL: `s` a staged row, `c.known` whether live has its listing. In:
-- whether it is live's rows, else those of session $1.
create function property_manager.tried_rows(p_rule public.validation_rules, p_live boolean) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when p_live then format('(%s) s', property_manager.live_as_staged())
      else '(select * from public.property_scrapes_staging where session_id = $1 and problem is null) s' end
    || case when p_live then ' cross join (values (false)) c (known)'
      else ' cross join lateral (select exists (select from public.properties_live l'
        ' where l.source = any ($2) and l.property_id = s.property_id) as known) c' end
    || case when p_rule.rule_type = 'unique' then format($sql$
      left join (
        select o.%1$I as value, min(o.property_id) as least, max(o.property_id) as greatest
        from public.property_scrapes_staging o
        where o.session_id = $1 and o.%1$I is not null group by o.%1$I
      ) here on here.value = s.%1$I
      left join (
        select l.%1$I as value, min(l.property_id) as least, max(l.property_id) as greatest
        from public.properties_live l
        where l.source = any ($2) and l.status = 'active' and l.%1$I is not null
        group by l.%1$I
      ) there on there.value = s.%1$I$sql$, p_rule.field_name) else '' end
$$;

-- Runs a query that others had a hand in, and answers its one value. It can only read, and leaves nothing: as
-- rule_findings() does.
create function property_manager.undone(p_query text, p_session uuid, p_sources text[], p_after integer,
  p_limit integer) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  v_found jsonb;
  v_ended boolean := false;
begin
  begin
    perform set_config('transaction_read_only', 'on', true);
    perform set_config('client_min_messages', 'error', true);
    execute p_query into v_found using p_session, p_sources, p_after, p_limit;
    v_ended := true;
    raise exception 'undo what the rule did';
  exception
    /*use undo_rules v_ended*/
  end;
  return v_found;
end
$$;

-- Tries a rule row by row on the first rows, because it raised on one. Out: {tried, raised, failing, first}:
-- how many rows, those on which it raised, those that it fails, and the first on which it raised.
create function property_manager.tried_each(p_from text, p_failing text, p_session uuid, p_sources text[])
returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_row     jsonb;
  v_tried   integer := 0;
  v_raised  integer := 0;
  v_failing integer := 0;
  v_first   jsonb;
begin
  for v_row in
    execute format('select jsonb_build_object(''at'', s.row_no, ''listing'', s.property_id) from %s'
      ' order by s.row_no, s.property_id limit 500', p_from) using p_session, p_sources
  loop
    v_tried := v_tried + 1;
    begin
      v_failing := v_failing + (property_manager.undone(format('select to_jsonb(count(*)) from %s'
          ' where s.row_no is not distinct from %L and s.property_id = %L and %s', p_from,
          (v_row ->> 'at')::integer, v_row ->> 'listing', p_failing),
        p_session, p_sources, null, null) #>> '{}')::integer;
    exception
      when sqlstate 'PMLIM' then
        raise;
      when others then
        v_raised := v_raised + 1;
        v_first := coalesce(v_first, jsonb_build_object('row_no', v_row -> 'at', 'property_id',
          v_row -> 'listing', 'reason', left(sqlerrm, 300)));
    end;
  end loop;
  return jsonb_build_object('tried', v_tried, 'raised', v_raised, 'failing', v_failing, 'first', v_first);
end
$$;

-- Tries a rule on the rows of a session of a source, or on its listings in live (null).
-- In: {name, config} of a saved rule and what to add to or replace in it, or all of one that is not saved,
-- which has a kind; the last row of the page before; how many examples.
-- Out: {looked_at, judged, failing, rows: [{row_no, property_id, value, raw, reason}], raised: see
-- tried_each(), or null}.
create function api.try_rule(p_rule jsonb, p_session uuid, p_source text, p_after integer,
  p_limit integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_rule    public.validation_rules;
  v_test    record;
  v_when    text;
  v_from    text;
  v_failing text;
  v_mapping constant jsonb := (
    select filters_applied -> 'mapping' from public.scraping_sessions where id = p_session);
  v_sources text[];
  v_found   jsonb;
begin
  v_rule := case when p_rule ? 'kind' then property_manager.rule_of(p_rule)
    else property_manager.rule_with(p_rule ->> 'name', coalesce(p_rule -> 'config', '{}')) end;
  if v_rule.rule_type = 'likely' then
    raise exception 'rule %, of the kind %, judges new prices by those of live, which a sync alone does',
      v_rule.rule_name, v_rule.rule_type
      using errcode = 'PMUSE', hint = 'sync --dry-run' || coalesce(' --session-id '
        || left(p_session::text, 8), '');
  end if;
  select array_agg(f.name order by f.name) into v_sources
  from public.sources f
  where f.name = p_source
    and coalesce(v_rule.rule_config #> '{when,source}' @> to_jsonb(f.name), true);
  v_when := property_manager.rule_condition(coalesce(v_rule.rule_config -> 'when', '{}'));
  if v_sources is null then
    v_when := 'false'; -- a rule of other sources
  end if;
  v_from := property_manager.tried_rows(v_rule, p_session is null);
  if v_rule.rule_type = 'unique' then
    v_failing := 'coalesce(s.property_id <> here.least or s.property_id <> here.greatest'
      ' or s.property_id <> there.least or s.property_id <> there.greatest, false)';
    select format('s.%I::text', v_rule.field_name) as value,
      quote_literal(v_rule.field_name || ' is shared with another listing of the source') as reason
    into v_test;
  else
    v_test := property_manager.rule_test(v_rule);
    v_failing := v_test.failing;
  end if;
  v_failing := format('(%s) and (%s)', v_when, v_failing);
  begin
    v_found := property_manager.undone(format($sql$
      select jsonb_build_object('looked_at', count(*), 'judged', count(*) filter (where %s),
        'failing', count(*) filter (where %s))
      from %s$sql$, v_when, v_failing, v_from), p_session, v_sources, null, null);
    return v_found || jsonb_build_object('raised', null, 'rows', case
      when (v_found ->> 'failing')::bigint = 0 then '[]'::jsonb
      else property_manager.undone(format($sql$
        select coalesce(jsonb_agg(to_jsonb(e) order by e.row_no), '[]')
        from (
          select s.row_no, s.property_id, left(%s, 200) as value,
            left(property_manager.raw_text(s.raw, %L, %L), 200) as raw, left(%s, 500) as reason
          from %s where %s and coalesce(s.row_no, 1) > $3
          order by s.row_no limit $4
        ) e$sql$, v_test.value, v_mapping, v_rule.field_name, v_test.reason, v_from, v_failing),
        p_session, v_sources, p_after, p_limit) end);
  exception
    when sqlstate 'PMLIM' then
      raise;
    when others then
      v_found := property_manager.tried_each(v_from, v_failing, p_session, v_sources);
      if v_found ->> 'raised' = '0' then
        raise exception 'rule % cannot be run: %', v_rule.rule_name, sqlerrm;
      end if;
      return jsonb_build_object('looked_at', v_found -> 'tried', 'judged', v_found -> 'tried',
        'failing', v_found -> 'failing', 'rows', '[]'::jsonb, 'raised', v_found);
  end;
end
$$;
