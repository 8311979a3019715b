-- A version written out as SQL: its bands, decay, caps, weights and tiers become expressions, so that a
-- million
-- leads cost what one statement does. Every number of a version was checked, and is cast before it is
-- written.

-- The input that the bands of a signal are of, as an expression: of its value, its day and the day of the
-- score.
create function property_manager.score_input(p_unit text, p_value text, p_day text, p_as_of text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case p_unit
    when 'flat' then '0'
    when 'value' then p_value
    when 'days ahead' then format('(%s - %s)', p_day, p_as_of)
    when 'days since' then format('(%s - %s)', p_as_of, p_day)
    when 'years since' then
      format('extract(year from age(%s::timestamp, %s::timestamp))::integer', p_as_of, p_day)
  end
$$;

-- The points of a signal as an expression: those of the band of its input, halved after each half-life in
-- steps of the version's days, rounded half up to two decimals; neutral where the input is missing.
create function property_manager.points_sql(p_def jsonb, p_signal text, p_value text, p_day text,
  p_as_of text)
returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  with signal as (
    select property_manager.score_input(s.unit, p_value, p_day, p_as_of) as input, d.given
      -> 'bands' as bands,
      coalesce((d.given ->> 'neutral')::numeric, 0) as neutral,
      (d.given ->> 'half_life_days')::integer as half_life, (p_def ->> 'decay_days')::integer as step
    from property_manager.score_signals() s
    cross join lateral (select p_def -> 'signals' -> s.signal) d (given)
    where s.signal = p_signal
  ), banded as (
    select s.*, (
      select case when count(*) = 1 then format('%s::numeric', max((b.band ->> 'points')::numeric))
        else 'case ' || string_agg(case when b.band ? 'to'
          then format('when %s < %s then %s::numeric', s.input, (b.band ->> 'to')::numeric,
            (b.band ->> 'points')::numeric)
          else format('else %s::numeric', (b.band ->> 'points')::numeric) end, ' ' order by b.nth)
            || ' end' end
      from jsonb_array_elements(s.bands) with ordinality b (band, nth)) as points
    from signal s
  )
  select format('case when %s is null then %s::numeric else %s end', b.input, b.neutral,
    case when b.half_life is null then b.points
      else format('round((%s * power(0.5::float8, coalesce(greatest(%s - %s, 0) / %s * %s, 0) / %s::float8))'
        '::numeric, 2)', b.points, p_as_of, p_day, b.step, b.step, b.half_life) end)
  from banded b
$$;

-- The first later day on which the points of a signal change by themselves, as an expression; null: never.
create function property_manager.next_change_sql(p_def jsonb, p_signal text, p_day text, p_points text,
  p_as_of text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  with signal as (
    select s.unit, property_manager.score_input(s.unit, 'null', p_day, p_as_of) as input, d.given
      -> 'bands' as bands,
      (d.given ->> 'half_life_days')::integer as half_life, (p_def ->> 'decay_days')::integer as step
    from property_manager.score_signals() s
    cross join lateral (select p_def -> 'signals' -> s.signal) d (given)
    where s.signal = p_signal
  ), written as (
    select case s.unit
        when 'days ahead' then (
          select 'case ' || string_agg(format('when %s >= %s then %s - %s + 1', s.input,
            (b.band ->> 'from')::integer, p_day, (b.band ->> 'from')::integer), ' ' order by b.nth desc)
              || ' end'
          from jsonb_array_elements(s.bands) with ordinality b (band, nth) where b.band ? 'from')
        when 'days since' then (
          select 'case ' || string_agg(format('when %s < %s then %s + %s', s.input,
            (b.band ->> 'to')::integer, p_day, (b.band ->> 'to')::integer), ' ' order by b.nth) || ' end'
          from jsonb_array_elements(s.bands) with ordinality b (band, nth) where b.band ? 'to')
        when 'years since' then (
          select 'case ' || string_agg(format('when %s < %s then (%s + make_interval(years => %s))::date',
            s.input,
            (b.band ->> 'to')::integer, p_day, (b.band ->> 'to')::integer), ' ' order by b.nth) || ' end'
          from jsonb_array_elements(s.bands) with ordinality b (band, nth) where b.band ? 'to')
      end as band,
      case when s.half_life is not null
        then format('case when %s > 0 then %s + (greatest(%s - %s, 0) / %s + 1) * %s end', p_points, p_day,
          p_as_of,
          p_day, s.step, s.step) end as decay
    from signal s
  )
  select case when band is null and decay is null then 'null::date'
    else format('least(%1$s) + greatest(0, %2$s + 1 - least(%1$s))', concat_ws(', ', band, decay),
      p_as_of) end
  from written
$$;

-- An expression for each of many signals, chosen by the column `nth` of their rows.
create function property_manager.by_signal_sql(p_nth integer[], p_expressions text[]) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select 'case nth ' || string_agg(format('when %s then %s', n, e), ' ') || ' end'
  from unnest(p_nth, p_expressions) g (n, e)
$$;

-- The sums of a score from those of its categories, as a select over a relation: it has `id` and a column for
-- each category, such as "distress.tax". Out of it: all of that, "distress.stacked", each component, total
-- and tier; caps are applied. Half up to two decimals.
create function property_manager.totals_sql(p_def jsonb, p_from text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  with category as (
    select c.component, k.category, (k.cap)::numeric as cap, format('%s.%s', c.component, k.category) as name
    from jsonb_each(p_def -> 'caps') c (component, caps)
    cross join lateral jsonb_each_text(c.caps) k (category, cap)
  ), written as (
    select
      (select string_agg(format('(%I > 0)::integer', name), ' + ' order by name) from category
        where component = 'distress' and category in ('tax', 'court', 'code')) as kinds,
      (select string_agg(format('%s as %I', g.summed, g.component), ', ' order by g.component) from (
        select component,
          format('least(100, %s)', string_agg(format('least(%I, %s)', name, cap), ' + '
            order by name)) as summed
        from category group by component) g) as components,
      (select format('round(%s, 2)', string_agg(format('%I * %s', key, value::numeric), ' + ' order by key))
        from jsonb_each_text(p_def -> 'weights')) as total,
      (select 'case ' || string_agg(format('when total >= %s then %L', value::numeric, key), ' ' order by key)
        || ' end' from jsonb_each_text(p_def -> 'tiers')) as tier
  )
  -- each layer is worked out once: offset 0 keeps its expressions from being written into the next
  select format($sql$
    select t.*, %s as tier from (
      select c.*, %s as total from (
        select k.*, %s from (
          select j.*, %s as "distress.stacked" from (
            select i.*, %s as kinds from (%s offset 0) i offset 0) j offset 0) k offset 0) c offset 0) t$sql$,
    tier, total, components, property_manager.points_sql(p_def, 'stacked', 'kinds', 'null', 'null'), kinds,
    p_from)
  from written
$$;
