-- What the program asks over HTTPS. PostgREST cuts a set at its max-rows and does not say so, JSON clients
-- read numbers as floats, and names of arguments are no part of a query: so every call is one of `ask`,
-- answered by one value.

-- Calls a function of schema api as the caller, in the caller's transaction.
-- In: its name; its arguments in their order, fewer where the last ones have defaults.
-- Out: {columns: [[name, type], …], rows: [[cell, …], …]}; a cell is null or the value as Postgres writes it,
-- an array as JSON. What is no table has one column, `value`.
create function api.ask(p_function text, p_arguments json default '[]') returns json
language plpgsql set search_path = pg_catalog, pg_temp
set timezone = 'UTC' set statement_timeout = '55s' as $$
declare
  v_given    integer := json_array_length(p_arguments);
  v_function pg_proc;
  v_declared text;
  v_passed   text;
  v_columns  json;
  v_aliases  text;
  v_cells    text;
  v_rows     json;
begin
  select p.* into v_function from pg_proc p
  where p.pronamespace = 'api'::regnamespace and p.proname = p_function
    and v_given between p.pronargs - p.pronargdefaults and p.pronargs;
  if not found then
    raise exception 'this database has no function api.% of % arguments', p_function, v_given
      using errcode = 'PMVER', hint = 'run: property-manager db migrate';
  end if;

  select string_agg(format('a%s %s', n, format_type(v_function.proargtypes[n], null)), ', '),
    string_agg(format('given.a%s', n), ', ')
  into v_declared, v_passed
  from generate_series(0, v_given - 1) n;

  select json_agg(json_build_array(c.name, format_type(c.type, null)) order by c.place),
    string_agg(format('c%s', c.place), ', ' order by c.place),
    string_agg(format(case when t.typcategory = 'A' then 'to_json(r.c%s)::text' else 'r.c%s::text' end,
      c.place), ', ' order by c.place)
  into v_columns, v_aliases, v_cells
  from (
    select p.name, p.type, row_number() over (order by p.place) as place
    from unnest(v_function.proargnames, v_function.proallargtypes, v_function.proargmodes)
      with ordinality p(name, type, mode, place)
    where p.mode in ('o', 'b', 't')
    union all
    select a.attname::text, a.atttypid, row_number() over (order by a.attnum)
    from pg_type y join pg_attribute a on a.attrelid = y.typrelid and a.attnum > 0 and not a.attisdropped
    where v_function.proargmodes is null and y.oid = v_function.prorettype
    union all
    select 'value', y.oid, 1
    from pg_type y
    where v_function.proargmodes is null and y.oid = v_function.prorettype and y.typrelid = 0
  ) c
  join pg_type t on t.oid = c.type;

  execute format('select json_agg(array[%s] order by r.row_no) from %s cross join lateral api.%I(%s) '
    || 'with ordinality r(%s, row_no)', v_cells,
    coalesce('json_to_record($1) given(' || v_declared || ')', '(select) given'), p_function,
    coalesce(v_passed, ''), v_aliases)
  into v_rows
  using (select json_object_agg('a' || a.place - 1, a.value)
    from json_array_elements(p_arguments) with ordinality a(value, place));
  return json_build_object('columns', v_columns, 'rows', coalesce(v_rows, '[]'));
end
$$;

-- What the program compares with itself before it works: the migrations and the code of this database.
create function api.deployed() returns table (server text, code_version text, migrations text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select split_part(current_setting('server_version'), ' ', 1),
    (select c.version from property_manager.code_version c),
    coalesce((select array_agg(m.version order by m.version) from property_manager.migrations m), '{}')
$$;
