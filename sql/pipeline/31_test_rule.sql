-- The text of a staged row's cell that is doubtful. In: the row's issues; the field.
create function property_manager.doubtful_text(p_issues jsonb, p_field text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select i.issue ->> 'text'
  from jsonb_array_elements(p_issues) with ordinality i (issue, nth)
  where i.issue ->> 'field' = p_field and i.issue ->> 'kind' = 'doubtful'
  order by i.nth
  limit 1
$$;

-- Why a staged row's cell is doubtful, and what it may stand for: 'price "$1.45" is doubtful: … (1.45 or …)'.
create function property_manager.doubt_about(p_issues jsonb, p_field text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('%s "%s" is doubtful: %s', p_field, left(i.issue ->> 'text', 100), i.issue ->> 'why')
    || coalesce(' (' || (
      select string_agg(r.reading, ' or ' order by r.nth)
      from jsonb_array_elements_text(i.issue -> 'readings') with ordinality r (reading, nth)
    ) || ')', '')
  from jsonb_array_elements(p_issues) with ordinality i (issue, nth)
  where i.issue ->> 'field' = p_field and i.issue ->> 'kind' = 'doubtful'
  order by i.nth
  limit 1
$$;

-- That a number is beyond a limit, as SQL; null without one. A whole limit of a whole number is compared as
-- such, which costs a tenth of comparing numerics. In: the number, < or >, the limit, the type, what to
-- multiply the limit by.
create function property_manager.beyond(p_number text, p_sign text, p_limit jsonb, p_type text, p_scale text)
returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('%s %s %L::%s%s', p_number, p_sign, p_limit #>> '{}', case
    when p_type = 'integer' and p_scale = '' and p_limit #>> '{}' ~ '^-?\d{1,9}$' then 'integer'
    else 'numeric' end, p_scale)
  where jsonb_typeof(p_limit) = 'number'
$$;

-- Writes a rule as SQL over a staged row `s`: the condition under which the row fails, the value it shows and
-- the reason. Identifiers come from listing_fields; configuration is only ever a quoted literal.
-- Out: null for the kinds that are a query of their own (unique, likely).
create function property_manager.rule_test(p_rule public.validation_rules, out failing text, out value text,
  out reason text)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_column text := 's.' || quote_ident(p_rule.field_name); -- null for a custom rule about the whole row
  v_config jsonb := p_rule.rule_config;
  v_type   text := (select sql_type from property_manager.listing_fields where name = p_rule.field_name);
  v_scale  text := case when v_config -> 'scaled' = 'true'
    then $sql$ * /*use currency_scale s.currency*/$sql$ else '' end;
begin
  value := v_column || '::text';
  case p_rule.rule_type
    when 'required' then
      -- an absent field leaves a known listing as it is; an unparseable or doubtful one does not
      failing := format($sql$((%1$s is null or btrim(%1$s::text) = '')
        and not (c.known and get_bit(s.kept, %2$s) = 1
          and not coalesce(s.issues @> %3$L or s.issues @> %4$L, false)))$sql$,
          v_column,
        (select bit from property_manager.listing_fields where name = p_rule.field_name),
        jsonb_build_array(jsonb_build_object('field', p_rule.field_name, 'kind', 'unparseable')),
        jsonb_build_array(jsonb_build_object('field', p_rule.field_name, 'kind', 'doubtful')));
      reason := quote_literal(p_rule.field_name || ' is missing');
    when 'certain' then
      failing := format('coalesce(s.issues @> %L, false)',
        jsonb_build_array(jsonb_build_object('field', p_rule.field_name, 'kind', 'doubtful')));
      value := format('property_manager.doubtful_text(s.issues, %L)', p_rule.field_name);
      reason := format('property_manager.doubt_about(s.issues, %L)', p_rule.field_name);
    when 'range' then
      failing := '(' || concat_ws(' or ',
        property_manager.beyond(v_column, '<', v_config -> 'min', v_type, v_scale),
        property_manager.beyond(v_column, '>', v_config -> 'max', v_type, v_scale)) || ')';
      reason := format('%L || %s || %L || %s || %L || %s', p_rule.field_name || ' ', value, ' is outside ',
        case when v_config ? 'min' then format('(%L::numeric%s)::text', v_config ->> 'min', v_scale)
          else quote_literal('−∞') end, ' … ',
        case when v_config ? 'max' then format('(%L::numeric%s)::text', v_config ->> 'max', v_scale)
          else quote_literal('∞') end);
    when 'one_of' then
      failing := format('(%1$s::text <> all (%2$L::text[]))', v_column,
        array(select jsonb_array_elements_text(v_config -> 'values')));
      reason := format('%L || left(%s, 100) || %L', p_rule.field_name || ' "', value, '" is not one of '
        || array_to_string(array(select jsonb_array_elements_text(v_config -> 'values')), ', '));
    when 'length' then
      failing := '(' || concat_ws(' or ',
        property_manager.beyond(format('length(%s::text)', v_column), '<', v_config -> 'min', 'integer', ''),
        property_manager.beyond(format('length(%s::text)', v_column), '>', v_config -> 'max', 'integer', ''))
        || ')';
      reason := format('%L || length(%s) || %L', p_rule.field_name || ' has ', value,
        format(' characters, not %s … %s', coalesce(v_config ->> 'min', '0'),
          coalesce(v_config ->> 'max', '∞')));
    when 'compare' then
      failing := format('(not (%s %s s.%I))', v_column, v_config ->> 'operator', v_config ->> 'other_field');
      reason := format('%L || %s || %L || s.%I::text', p_rule.field_name || ' ', value,
        format(' should be %s %s ', v_config ->> 'operator', v_config ->> 'other_field'),
          v_config ->> 'other_field');
    when 'pattern' then
      failing := format('(%s !~ %L)', value, v_config ->> 'regex');
      reason := format('%L || left(%s, 100) || %L', p_rule.field_name || ' "', value,
        '" does not match ' || (v_config ->> 'regex'));
    when 'custom' then
      value := coalesce(value, 'null::text'); -- a rule about the whole row shows no value
      reason := case v_config ->> 'function'
        when 'gps_agrees' then $sql$/*use gps_agrees s*/$sql$
        when 'unit_price_agrees' then $sql$/*use unit_price_agrees s*/$sql$
        when 'image_urls_are_http' then $sql$/*use image_urls_are_http s*/$sql$
        else format('property_manager_rules.%I(s::public.property_scrapes_staging)',
          v_config ->> 'function') end;
      failing := reason || ' is not null';
    else
      failing := null;
  end case;
  if v_config ? 'when' then
    failing := property_manager.rule_condition(v_config -> 'when') || ' and ' || failing;
  end if;
end
$$;

-- The rows that a rule judges, as SQL over a staged row `s`. In: {field: a value, null or a list of both}; of
-- which source the row is was settled before, by rules_of().
create function property_manager.rule_condition(p_when jsonb) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(string_agg(format('coalesce(s.%1$I = any (%2$L::text[]), %3$L::boolean)', w.key,
    array_remove(v.listed, null), array_position(v.listed, null) is not null), ' and ' order by w.key),
    'true')
  from jsonb_each(p_when - 'source') w
  cross join lateral (
    select array(select e #>> '{}' from jsonb_array_elements(
      case jsonb_typeof(w.value) when 'array' then w.value else jsonb_build_array(w.value) end) e) as listed
  ) v
$$;

-- Writes the query for one rule over a session's candidates: (rule_name, row_no, value, reason). $1 is the
-- session, $2 the source; `and c.row_no = $3` narrows it to one row.
create function property_manager.rule_query(p_rule public.validation_rules) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_test record := property_manager.rule_test(p_rule);
begin
  if p_rule.rule_type = 'unique' then
    -- each value once, with the least and the greatest id that has it: one of them is another listing's
    return format($sql$
      select %2$L, c.row_no, s.%1$I::text, %3$L
      from property_manager.candidates c
      cross join lateral /*use staged c.session_id, c.row_no*/ s
      left join (
        select o.%1$I as value, min(o.property_id) as least, max(o.property_id) as greatest
        from public.property_scrapes_staging o
        where o.session_id = $1 and o.%1$I is not null group by o.%1$I
      ) here on here.value = s.%1$I
      left join (
        select l.%1$I as value, min(l.property_id) as least, max(l.property_id) as greatest
        from public.properties_live l
        where l.source = (select f.name from public.sources f where f.id = $2) and l.status = 'active'
          and l.%1$I is not null group by l.%1$I
      ) there on there.value = s.%1$I
      where c.session_id = $1 and (s.property_id <> here.least or s.property_id <> here.greatest
        or s.property_id <> there.least or s.property_id <> there.greatest)$sql$,
      p_rule.field_name, p_rule.rule_name,
      p_rule.field_name || ' is shared with another listing of the source');
  end if;
  return format('select %L, c.row_no, %s, %s from property_manager.candidates c'
    ' cross join lateral /*use staged c.session_id, c.row_no*/ s'
    ' where c.session_id = $1 and %s', p_rule.rule_name, v_test.value, v_test.reason, v_test.failing);
end
$$;

-- The same for many rules, which reads each row once; null without rules. In: whether the candidates are most
-- of the session's rows, which are then read in their order; else each is looked up.
create function property_manager.rules_query(p_rules text[], p_most boolean) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  -- one condition passes over the rows that fail none; which rules, values and reasons is asked of the others
  select 'select t.rule_name, c.row_no, t.value, t.reason from property_manager.candidates c'
    || case when p_most then ' join public.property_scrapes_staging s on s.session_id = $1'
        ' and s.row_no = c.row_no'
      else ' cross join lateral /*use staged c.session_id, c.row_no*/ s' end
    || ' cross join lateral ('
    || string_agg(format('select %L, %s, %s where %s', r.rule_name, t.value, t.reason, t.failing),
      ' union all ' order by r.rule_name)
    || ') t (rule_name, value, reason) where c.session_id = $1 and ('
    || string_agg(format('(%s)', t.failing), ' or ' order by r.rule_name) || ')'
  from public.validation_rules r
  cross join lateral property_manager.rule_test(r) t
  where r.rule_name = any (p_rules) and t.failing is not null
$$;

-- Whether the candidates of a session are more than a fifth of its rows.
create function property_manager.are_most(p_session uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 5 * (sift ->> 'candidates')::bigint > (sift ->> 'rows')::bigint
  from property_manager.sifted(p_session) sift
$$;

-- Lets the planner read the rows of rules_query() by one walk along two indexes, or as ever: no plan depends
-- on what it expects of a session.
create function property_manager.walk_rows(p_most boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.tune_planner();
  perform set_config('enable_mergejoin', case when p_most then 'on' else 'off' end, true);
  perform set_config('enable_hashjoin', case when p_most then 'off' else 'on' end, true);
  perform set_config('enable_bitmapscan', case when p_most then 'off' else 'on' end, true);
end
$$;
