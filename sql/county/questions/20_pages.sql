-- Pages of county records, and how many there are.

-- A page of the records of a kind that a question finds, in the order of their index. In: the question, as
-- county_wanted() takes it; the columns to show; the rows of a page; the cursor of the last row of the page
-- before, or null. Numbers are texts, so that JSON keeps every digit of them.
create function api.county_page(p_kind text, p_wanted jsonb, p_columns text[], p_limit integer, p_after text)
returns table (cursor text, record jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
-- an index finds them in their order, whatever the statistics say: no plan reads a table whole, or sorts it
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_hashjoin = off
set enable_mergejoin = off set jit = off as $$
declare
  v_wanted constant jsonb := property_manager.county_wanted(p_wanted);
  v_order  constant record := property_manager.county_order(p_kind, v_wanted);
  v_list   constant text := array_to_string(v_order.columns, ', ');
  v_after  constant text[] :=
    property_manager.cursor_values(p_after, v_order.name, cardinality(v_order.columns));
  v_sorted constant text := (
    select string_agg(c || case when v_order.is_descending then ' desc' else '' end, ', ')
    from unnest(v_order.columns) c);
begin
  return query execute format(
    'select property_manager.cursor_of(%L, %s), to_jsonb(x)
     from (select r.* from county.%I r where %s%s order by %s limit %L) r
     cross join lateral (select %s) x
     order by %s',
    v_order.name, (select string_agg(c || '::text', ', ') from unnest(v_order.columns) c), p_kind,
    property_manager.county_conditions(p_kind, v_wanted), case when v_after is not null
      then format(' and (%s) %s (%s)', v_list, case when v_order.is_descending then '<' else '>' end, (
        select string_agg(quote_literal(a.value), ', ' order by a.place)
        from unnest(v_after) with ordinality a (value, place))) end,
    v_sorted, greatest(p_limit, 1), property_manager.county_columns(p_kind, p_columns), v_sorted);
end
$$;

-- How many records of a kind a question finds, counted no further than one more than p_most, if it is given.
create function api.county_count(p_kind text, p_wanted jsonb, p_most bigint) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  v_found bigint;
begin
  if p_most is null and p_wanted - '{status,county}'::text[] = '{}' then
    perform set_config('enable_seqscan', 'on', true);  -- all are read, in whatever order they lie
  end if;
  execute format('select count(*) from (select from county.%I r where %s limit %L::bigint + 1) r', p_kind,
    property_manager.county_conditions(p_kind, property_manager.county_wanted(p_wanted)), p_most)
  into v_found;
  return v_found;
end
$$;
