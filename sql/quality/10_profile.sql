-- What a session looks like, in figures that later sessions are compared with. All rows are read once, to
-- count values; spreads, commonest values and prices are those of at most 4,000 rows, evenly chosen. A
-- session that shows what the one before it showed has its figures, and no row is read.

-- How many rows each of these rules is about, as columns over a staged row `s`: those that fulfil its
-- condition and have a value of its field.
create function property_manager.rule_counts(p_rules text[]) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(string_agg(format('count(*) filter (where %s%s)',
      property_manager.rule_condition(r.rule_config -> 'when'),
      case when r.rule_type = 'required' or r.field_name is null then ''
        else format(' and s.%I is not null', r.field_name) end), ', ' order by r.rule_name), 'null')
  from public.validation_rules r where r.rule_name = any (p_rules)
$$;

-- Counts the values of a session's rows. Out: {usable, offered, kept, filled, checked, judged}: rows that can
-- be used; of them those that are no deletions, and how many of these have a value of each field; those that
-- gave way to no other row of their id, how many of these have a value, and how many each conditional rule is
-- about.
create function property_manager.counted_rows(p_session uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_rules  constant text[] := array(
    select r.rule_name
    from public.scraping_sessions s
    join public.sources f on f.id = s.source_id
    cross join lateral property_manager.rules_of(f.name) r
    where s.id = p_session and r.rule_config ? 'when' and r.rule_type not in ('unique', 'likely')
    order by r.rule_name);
  v_counts constant text := property_manager.rule_counts(v_rules);
  v_result jsonb;
begin
  execute format($sql$
    with counted as (
      select s.standard_status is distinct from 'Delete' as offered, x.row_no is null as kept,
        count(*) as rows, array[/*each compared ", "*/count(s.{name})/*end*/]::bigint[] as filled,
        array[%s]::bigint[] as judged
      from public.property_scrapes_staging s
      left join property_manager.superseded x on x.session_id = $1 and x.row_no = s.row_no
      where s.session_id = $1 and s.problem is null
      group by 1, 2
    ), fields as (
      select f.name, sum(c.filled[f.nth]) filter (where c.offered) as filled,
        sum(c.filled[f.nth]) filter (where c.kept) as checked
      from counted c
      cross join unnest(array[/*each compared ", "*/'{name}'/*end*/]) with ordinality f (name, nth)
      group by f.name
    ), rules as (
      select r.name, sum(c.judged[r.nth]) filter (where c.kept) as judged
      from counted c cross join unnest($2) with ordinality r (name, nth)
      group by r.name
    )
    select jsonb_build_object(
      'usable', (select coalesce(sum(rows), 0) from counted),
      'offered', (select coalesce(sum(rows), 0) from counted where offered),
      'kept', (select coalesce(sum(rows), 0) from counted where kept),
      'filled', (select coalesce(jsonb_object_agg(name, coalesce(filled, 0)), '{}') from fields),
      'checked', (select coalesce(jsonb_object_agg(name, coalesce(checked, 0)), '{}') from fields),
      'judged', (select coalesce(jsonb_object_agg(name, coalesce(judged, 0)), '{}') from rules))$sql$,
      v_counts)
    into v_result using p_session, v_rules;
  return v_result;
end
$$;

-- Describes the values of at most 4,000 of a session's rows, evenly chosen by their numbers. Out: {bins:
-- {field: {cell: rows}}, repeated: {field: {rows, of, hash}}, levels: [{city, kind, operation, period,
-- currency, homes, middle}]}: of each number how many rows fall into each cell; how often the commonest value
-- of a field occurs; the median price of the largest groups of homes.
create function property_manager.described_rows(p_session uuid, p_rows integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = on as $$
  with sampled as materialized (
    select s.price, s.total_area_m2, s.covered_area_m2, s.lot_size_m2, s.bedrooms, s.bathrooms, s.latitude,
      s.longitude, s.city, s.property_type, s.operation_type, s.price_period, s.currency,
      hashtextextended(s.title, 0) as title, hashtextextended(s.address, 0) as address,
      hashtextextended(s.description, 0) as description, hashtextextended(s.main_image_url, 0) as image
    from generate_series(1, p_rows, greatest(1, ceil(p_rows / 4000.0)::integer)) n (row_no)
    cross join lateral /*use staged p_session, n.row_no*/ s
    where s.problem is null and s.standard_status is distinct from 'Delete'
  ), bins as (
    select b.field, b.cell, count(*) as rows
    from sampled s
    cross join lateral /*use spread_bins s*/ b (field, cell)
    where b.cell is not null and b.cell between -1000000 and 1000000
    group by b.field, b.cell
  ), values_of as (
    select v.field, v.hash, count(*) as rows
    from sampled s
    cross join lateral (values ('title', s.title), ('address', s.address), ('description', s.description),
      ('main_image_url', s.image), ('price', hash_numeric_extended(s.price, 0)),
      ('coordinates', hash_numeric_extended(s.latitude, 0) # hash_numeric_extended(s.longitude, 1))
    ) v (field, hash)
    where v.hash is not null
    group by v.field, v.hash
  ), commonest as (
    select distinct on (field) field, hash, rows, sum(rows) over (partition by field) as of_rows
    from values_of
    order by field, rows desc, hash
  ), levels as (
    select left(coalesce(city, ''), 100) as city, left(coalesce(property_type, ''), 100) as kind,
      left(coalesce(operation_type, ''), 100) as operation, left(coalesce(price_period, ''), 100) as period,
      left(coalesce(currency, ''), 100) as currency, count(*) as homes,
      percentile_disc(0.5) within group (order by price) as middle
    from sampled
    where price > 0
    group by 1, 2, 3, 4, 5
    having count(*) >= 10
    order by count(*) desc, 1, 2, 3, 4, 5 limit 40
  )
  select jsonb_build_object(
    'bins', (select coalesce(jsonb_object_agg(g.field, g.cells), '{}') from (
      select field, jsonb_object_agg(cell::integer, rows) as cells from bins group by field) g),
    'repeated', (select coalesce(jsonb_object_agg(field, jsonb_build_object('rows', rows, 'of', of_rows,
      'hash', hash)), '{}') from commonest),
    'levels', (select coalesce(jsonb_agg(to_jsonb(l)), '[]') from levels l))
$$;

-- The fields that a session has: those that a row has a cell with content of, that its mapping fills from a
-- column, or that it could not read. A feed of changes has no columns but those of its rows.
create function property_manager.fields_of_session(p_session public.scraping_sessions) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(f.name order by f.bit), '{}')
  from property_manager.listing_fields f
  where f.name = any (p_session.declared_fields)
    or (p_session.filters_applied #> '{mapping,fields}' ? f.name
      and p_session.filters_applied #>> '{feed,since}' is null
      and not coalesce(p_session.filters_applied -> 'fields_without_column' ? f.name, false))
    or p_session.filters_applied -> 'unread' @> jsonb_build_array(jsonb_build_object('field', f.name))
$$;

-- Stores the profile of a session, in place of an earlier one.
create function property_manager.profile_session(p_session public.scraping_sessions)
returns property_manager.session_profiles
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_sift    constant jsonb := property_manager.sifted(p_session.id);
  v_rules   constant bigint := (v_sift ->> 'rules_version')::bigint;
  v_content constant bigint := (v_sift ->> 'content')::bigint;
  v_about   constant jsonb := jsonb_build_object('rows', v_sift -> 'rows',
    'reads', case when p_session.filters_applied #>> '{feed,since}' is null then 'all' else 'changes' end,
    'declared', to_jsonb(property_manager.fields_of_session(p_session)));
  v_profile property_manager.session_profiles;
  v_figures jsonb;
begin
  delete from property_manager.session_profiles where session_id = p_session.id;
  select * into v_profile from property_manager.session_profiles
  where scope_id = p_session.scope_id and completed_at <= p_session.completed_at
  order by completed_at desc limit 1;
  if v_profile.content = v_content and v_profile.rules_version is not distinct from v_rules
    and v_profile.figures -> 'rows' = v_about -> 'rows'
    and v_profile.figures -> 'declared' = v_about -> 'declared' and (v_sift ->> 'rows')::bigint > 0 then
    v_figures := v_profile.figures || v_about;
  else
    v_figures := v_about || property_manager.counted_rows(p_session.id)
      || property_manager.described_rows(p_session.id, (v_sift ->> 'rows')::integer);
  end if;
  insert into property_manager.session_profiles (session_id, source_id, scope_id, completed_at, verdict,
    content, rules_version, figures)
  values (p_session.id, p_session.source_id, p_session.scope_id, p_session.completed_at, p_session.verdict,
    v_content, v_rules, v_figures)
  returning * into v_profile;
  return v_profile;
end
$$;
