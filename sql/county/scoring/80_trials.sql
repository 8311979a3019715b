-- Other weights over what was found: the signals that scores hold are given the points of another version.
-- Nothing is written.

-- What leads would score by a document, as a statement over a relation of scores `s`: property_id, on_day,
-- the
-- old components, total and tier (old_…), reasons. Out: all that and the new ones. A key of the relation is
-- (property_id, on_day).
create function property_manager.trial_sql(p_def jsonb, p_from text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_points text;
  v_sums   text;
begin
  -- of single records that are missing there is nothing to count
  select property_manager.by_signal_sql(array_agg(s.nth order by s.nth), array_agg(
    case when s.per_record then format('case when missing then 0 else %s end', p.points) else p.points end
    order by s.nth))
  into v_points
  from property_manager.score_signals() s
  cross join lateral property_manager.points_sql(p_def, s.signal, 'value', 'day', 'on_day') p (points)
  where s.signal <> 'stacked';
  select string_agg(format('coalesce(sum(points) filter (where nth in (%s)), 0) as %I', g.signals, g.name),
    ', '
    order by g.name)
  into v_sums
  from (
    select format('%s.%s', component, category) as name, string_agg(nth::text, ', ' order by nth) as signals
    from property_manager.score_signals() where signal <> 'stacked' group by 1) g;
  return format($sql$
    with scores as materialized (%s), found as (
      select s.property_id as id, s.on_day, g.nth, r.value, r.day, r.missing
      from scores s
      cross join lateral jsonb_to_recordset(s.reasons) r (signal text, value numeric, day date,
        missing boolean)
      join property_manager.score_signals() g on g.signal = r.signal
      where g.signal <> 'stacked'
    ), raw as (
      select id, on_day, %s from (select f.*, %s as points from found f offset 0) p group by id, on_day
    )
    select s.property_id, s.on_day, s.old_distress, s.old_value, s.old_location, s.old_urgency, s.old_total,
      s.old_tier, t.distress, t.value, t.location, t.urgency, t.total, t.tier
    from (%s) t join scores s on s.property_id = t.id and s.on_day = t.on_day$sql$,
    p_from, v_sums, v_points, property_manager.totals_sql(p_def, 'select * from raw'));
end
$$;

-- Compares scores with what they would be by a document. Out: {scores, moved, moves: [{from_tier, to_tier,
-- leads}], before,
-- after: {tier: leads}, leads: the largest moves}.
create function property_manager.trial(p_def jsonb, p_from text, p_first date, p_last date, p_limit integer)
returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_result jsonb;
begin
  execute format($sql$
    with tried as materialized (%s), moved as materialized (
      select * from tried where tier <> old_tier
    )
    select jsonb_build_object('scores', (select count(*) from tried), 'moved', (select count(*) from moved),
      'before', (select coalesce(jsonb_object_agg(g.tier, g.n), '{}')
        from (select old_tier as tier, count(*) as n from tried group by 1) g),
      'after', (select coalesce(jsonb_object_agg(g.tier, g.n), '{}')
        from (select tier, count(*) as n from tried group by 1) g),
      'moves', (select coalesce(jsonb_agg(to_jsonb(g) order by g.from_tier, g.to_tier), '[]') from (
        select old_tier as from_tier, tier as to_tier, count(*) as leads from moved group by 1, 2) g),
      'leads', (select coalesce(jsonb_agg(to_jsonb(g) order by abs(g.to_total - g.from_total) desc,
        g.property_id, g.day),
          '[]') from (
        select m.property_id, p.parcel_id, p.parcel_id_normalized, p.address, p.city, m.on_day as day,
          m.old_tier as from_tier, m.tier as to_tier, m.old_total::float8 as from_total,
            m.total::float8 as to_total,
          jsonb_build_object('distress', m.old_distress::float8, 'value', m.old_value::float8,
            'location', m.old_location::float8, 'urgency', m.old_urgency::float8) as from_components,
          jsonb_build_object('distress', m.distress::float8, 'value', m.value::float8,
            'location', m.location::float8, 'urgency', m.urgency::float8) as to_components
        from moved m join county.properties p on p.id = m.property_id
        order by abs(m.total - m.old_total) desc, m.property_id, m.on_day limit $3) g))$sql$,
    property_manager.trial_sql(p_def, p_from))
  into v_result using p_first, p_last, p_limit;
  return v_result;
end
$$;

-- What the leads of now would score by other weights: a document over that of a version, or of the current
-- one.
create function api.simulate_scores(p_given jsonb, p_over integer, p_limit integer) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_def constant jsonb := property_manager.score_definition_over(property_manager.score_definition(
    coalesce(p_over, property_manager.current_score_version())), p_given);
begin
  perform property_manager.refuse_bad_scoring(v_def);
  return property_manager.trial(v_def, $sql$
    select s.property_id, greatest(s.as_of, (select as_of from property_manager.scoring)) as on_day,
      s.distress as old_distress, s.value as old_value, s.location as old_location, s.urgency as old_urgency,
      s.total as old_total, s.tier as old_tier, s.reasons
    from county.lead_scores s$sql$, null, null, p_limit);
end
$$;

-- What the scores of past days would have been by a version.
create function api.replay_scores(p_version integer, p_from date, p_to date, p_limit integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select property_manager.trial(property_manager.score_definition(p_version), $sql$
    select h.property_id, h.snapshot_date as on_day, h.distress as old_distress, h.value as old_value,
      h.location as old_location, h.urgency as old_urgency, h.total as old_total, h.tier as old_tier,
      coalesce(h.reasons, s.reasons) as reasons
    from county.lead_score_history h
    left join county.lead_scores s on s.property_id = h.property_id and s.as_of = h.snapshot_date
    where h.snapshot_date between coalesce($1, '-infinity') and coalesce($2, 'infinity')$sql$, p_from, p_to,
      p_limit)
$$;
