-- The statement that scores: written out of a version, so that all leads of a run are one set.

-- The reasons of one parcel as an expression of text: its signals that are not of single records, where a cap
-- was met, and what its county lacks. Columns as `totals_sql` gives them.
create function property_manager.parcel_reasons_sql(p_def jsonb) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  with whole as (
    select s.nth, case when s.unit = 'years since'
        then format($sql$case when %1$I is null then '{"signal":"%1$s","points":' || "%1$s points"
          || ',"missing":true}'
          else '{"signal":"%1$s","points":' || "%1$s points" || ',"day":"' || %1$I
            || '"}' end$sql$, s.signal)
      else format($sql$case when %1$I is null then '{"signal":"%1$s","points":' || "%1$s points"
        || ',"missing":true}'
          else '{"signal":"%1$s","points":' || "%1$s points" || ',"value":' || %1$I || '}' end$sql$, s.signal)
      end as told
    from property_manager.score_signals() s
    where s.kind is not null and not s.per_record
    union all
    select s.nth, format($sql$'{"signal":"start","points":' || "start points" || '}'$sql$)
    from property_manager.score_signals() s where s.signal = 'start'
    union all
    select s.nth, format($sql$case when not %I then '{"signal":"%s","points":0,"missing":true}' end$sql$,
      s.kind,
      s.signal)
    from property_manager.score_signals() s
    where s.per_record and s.missing is not null
    union all
    select s.nth, $sql$case when "distress.stacked" > 0 then '{"signal":"stacked","points":'
      || "distress.stacked"
      || ',"value":' || kinds || '}' end$sql$
    from property_manager.score_signals() s where s.signal = 'stacked'
  ), capped as (
    select 1000 + row_number() over (order by c.component, k.category) as nth,
      format($sql$case when %1$I > %2$s then '{"signal":"cap","component":"%3$s","category":"%4$s","points":'
        || %2$s - %1$I || '}' end$sql$, format('%s.%s', c.component, k.category), k.cap::numeric, c.component,
        k.category) as told
    from jsonb_each(p_def -> 'caps') c (component, caps)
    cross join lateral jsonb_each_text(c.caps) k (category, cap)
  ), full_up as (
    select 2000 + row_number() over (order by c.component) as nth,
      format($sql$case when %1$s > 100 then '{"signal":"cap","component":"%2$s","points":' || 100 - (%1$s)
        || '}' end
        $sql$, string_agg(format('least(%I, %s)', format('%s.%s', c.component, k.category), k.cap::numeric),
          ' + '
        order by k.category), c.component) as told
    from jsonb_each(p_def -> 'caps') c (component, caps)
    cross join lateral jsonb_each_text(c.caps) k (category, cap)
    group by c.component
  )
  select string_agg(told, ', ' order by nth)
  from (select * from whole union all select * from capped union all select * from full_up) a
$$;

-- The scores of the parcels of a relation `due`, as a statement; a few are looked up by their keys. $1: the
-- day.
create function property_manager.scores_sql(p_def jsonb, p_due text, p_few boolean) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_records constant integer[] := array(select nth from property_manager.score_signals() where per_record
    order by nth);
  v_points  text;
  v_next    text;
  v_begins  text;
  v_sums    text;
  v_parcel  text;
  v_raw     text;
  v_known   text;
  v_all     numeric;
begin
  select property_manager.by_signal_sql(v_records, array_agg(
      property_manager.points_sql(p_def, signal, 'value', 'day', '$1') order by nth)),
    property_manager.by_signal_sql(v_records, array_agg(
      property_manager.next_change_sql(p_def, signal, 'day', 'points', '$1') order by nth))
  into v_points, v_next
  from property_manager.score_signals() where per_record;
  select format('(%L::text[])[nth]', array_agg(format('{"signal":"%s","points":', signal) order by nth))
  into v_begins
  from property_manager.score_signals();
  -- of records, by category; of the parcel, by signal; both together, by category
  select string_agg(format('sum(points) filter (where nth in (%s)) as %I', g.signals, g.name), ', '
    order by g.name)
  into v_sums
  from (
    select format('%s.%s', component, category) as name, string_agg(nth::text, ', ' order by nth) as signals
    from property_manager.score_signals() where per_record group by 1) g;
  select string_agg(format('%s as "%s points"', property_manager.points_sql(p_def, s.signal,
    case when s.unit = 'value' then s.signal end, case when s.unit <> 'value' then s.signal end, '$1'),
    s.signal), ', ' order by s.nth)
  into v_parcel
  from property_manager.score_signals() s where not s.per_record and s.signal <> 'stacked';
  select string_agg(format('%s as %I', g.summed, g.name), ', ' order by g.name)
  into v_raw
  from (
    select format('%s.%s', component, category) as name, concat_ws(' + ',
      case when bool_or(per_record) then format('coalesce(e.%I, 0)', format('%s.%s', component,
        category)) end,
      string_agg(format('"%s points"', signal), ' + ' order by nth) filter (where not per_record)) as summed
    from property_manager.score_signals() where signal <> 'stacked' group by component, category) g;
  select string_agg(format('case when %s then %s else 0 end',
      case when s.per_record then format('not %I', s.kind) else format('%I is null', s.signal) end,
      (p_def #>> array['signals', s.signal, 'known'])::numeric), ' + ' order by s.nth),
    sum((p_def #>> array['signals', s.signal, 'known'])::numeric)
  into v_known, v_all
  from property_manager.score_signals() s where s.missing is not null;

  return format($sql$
    with due as materialized (%s), counties as materialized (
      select c.state, c.county_fips,
        exists (select from county.tax_sales t where t.state = c.state and t.county_fips = c.county_fips
          and t.is_active) as tax_sales,
        exists (select from county.tax_certificates t where t.state = c.state
          and t.county_fips = c.county_fips
          and t.is_active) as tax_certificates,
        exists (select from county.foreclosures t where t.state = c.state and t.county_fips = c.county_fips
          and t.is_active) as foreclosures,
        exists (select from county.code_violations t where t.state = c.state and t.county_fips = c.county_fips
          and t.is_active) as code_violations
      from (select distinct state, county_fips from due) c
    ), events as (
      select property_id, min(%s) as next_change, string_agg(%s || points || coalesce(',"value":' || value,
        '')
          || coalesce(',"day":"' || day || '"', '') || ',"record":"' || record || '"}', ','
          order by nth, record) as reasons, %s
      from (select s.*, %s as points from (%s) s offset 0) p
      group by property_id
    ), parcels as (
      select p.*, %s from (%s) p offset 0
    ), raw as (
      select p.*, e.next_change, e.reasons as events, %s
      from parcels p left join events e on e.property_id = p.id
    ), told as (
      select t.*, round(1 - (%s) / %s::numeric, 2) as confidence, least(next_change, %s) as next_change_on,
        '[' || concat_ws(',', %s, events) || ']' as reasons
      from (%s) t offset 0
    )
    select id, parcel_id_normalized, distress, value, location, urgency, total, tier, confidence, reasons,
      record, next_change_on, cell_latitude, cell_longitude,
      hashtextextended(concat_ws(' ', distress, value, location, urgency, total, tier, confidence, record,
        next_change_on, cell_latitude, cell_longitude, reasons), 0) as fingerprint
    from told$sql$,
    p_due, v_next, v_begins, v_sums, v_points, property_manager.event_signals_sql(p_few), v_parcel,
    property_manager.parcel_signals_sql((p_def ->> 'near_metres')::integer, p_few), v_raw, v_known, v_all,
    property_manager.next_change_sql(p_def, 'long_ownership', 'long_ownership', '"long_ownership points"',
      '$1'),
    property_manager.parcel_reasons_sql(p_def), property_manager.totals_sql(p_def, 'select * from raw'));
end
$$;
