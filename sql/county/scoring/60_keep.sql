-- What is kept of a scoring: scores and their history, moves between tiers, counts. Only what came out
-- otherwise
-- is written.

-- Makes the part of the history that a day belongs to, where it is not there. Out: whether it was made.
create function property_manager.open_score_year(p_day date) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_year  constant integer := extract(year from p_day);
  v_table constant text := format('lead_score_history_%s', v_year);
begin
  if to_regclass(format('county.%I', v_table)) is not null then
    return false;
  end if;
  execute format('create table county.%I partition of county.lead_score_history for values from (%L) to (%L)',
    v_table, make_date(v_year, 1, 1), make_date(v_year + 1, 1, 1));
  execute format('alter table county.%I enable row level security', v_table);
  execute format('create policy service_only on county.%I for select to anon, authenticated using (false)',
    v_table);
  execute format('revoke all on county.%I from public, anon, authenticated', v_table);
  execute format('grant select on county.%I to service_role', v_table);
  return true;
end
$$;

-- Takes away the scores of parcels that are gone. In: those to look at; null: all. Out: how many each tier
-- lost.
create function property_manager.forget_leads(p_due uuid[], p_as_of date, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_gone constant uuid[] := case when p_due is null then array(
      select s.property_id from county.lead_scores s
      left join county.properties p on p.id = s.property_id and p.is_active where p.id is null)
    else array(
      select d.id from unnest(p_due) d (id)
      left join lateral (select x.is_active from county.properties x where x.id = d.id offset 0) p on true
      where p.is_active is not true) end;
  v_lost jsonb;
begin
  with gone as (
    delete from county.lead_scores s where s.property_id = any (v_gone) returning s.*
  ), filled as (
    update county.lead_score_history h set reasons = g.reasons
    from gone g where h.property_id = g.property_id and h.snapshot_date = g.as_of
  ), told as (
    insert into property_manager.tier_changes (property_id, from_tier, from_total, score_version, by_version,
      as_of, at)
    select property_id, tier, total, score_version, false, p_as_of, p_now from gone
  )
  select coalesce(jsonb_object_agg(tier, leads), '{}') into v_lost
  from (select tier, count(*) as leads from gone group by tier) g;
  return v_lost;
end
$$;

-- Keeps how many leads each tier has as the count of a day. In: of all leads, or the difference to the last
-- count. Out: {tier: leads}.
create function property_manager.count_tiers(p_day date, p_version integer, p_counts jsonb, p_all boolean)
returns jsonb
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with counted as (
    select t.tier, coalesce((p_counts ->> t.tier)::bigint, 0) + case when p_all then 0
      else coalesce((select k.leads from property_manager.tier_counts k, property_manager.scoring s
        where k.day = s.as_of and k.tier = t.tier), 0) end as leads
    from unnest('{A,B,C,D}'::text[]) t (tier)
  ), kept as (
    insert into property_manager.tier_counts as k (day, tier, leads, score_version)
    select p_day, tier, leads, p_version from counted
    on conflict (day, tier) do update set leads = excluded.leads, score_version = excluded.score_version
      where (k.leads, k.score_version) is distinct from (excluded.leads, excluded.score_version)
  )
  select jsonb_object_agg(tier, leads) from counted
$$;

-- Writes what came out otherwise, as a statement over scores: live, history of the day, moves between tiers.
-- $1: the
-- day, $3: the version, $4: the time. Out: {scored, new, changed, moved: [{from_tier, to_tier, leads}],
-- counts, net: {tier: leads}}, of all that were scored, and how many more each tier has.
create function property_manager.keep_scores_sql(p_scores text, p_few boolean) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format($sql$
    with compared as materialized (
      select s.id, s.parcel_id_normalized, s.distress, s.value, s.location, s.urgency, s.total, s.tier,
        s.confidence, s.record, s.next_change_on, s.fingerprint, s.cell_latitude, s.cell_longitude,
        o.property_id is null as is_new, o.tier as old_tier, o.total as old_total,
        o.score_version as old_version, o.as_of as old_day, d.differs,
        case when d.differs then s.reasons end as reasons, case when d.differs
          then o.reasons end as old_reasons
      from (%s) s
      left join %s
      cross join lateral (
        select o.fingerprint is distinct from s.fingerprint or o.score_version <> $3) d (differs)
    ), changed as (
      select * from compared where differs
    ), written as (
      insert into county.lead_scores (property_id, distress, value, location, urgency, total, tier,
        confidence, reasons, record, score_version, as_of, next_change_on, fingerprint, cell_latitude,
        cell_longitude, scored_at)
      select id, distress, value, location, urgency, total, tier, confidence, reasons::jsonb, record, $3, $1,
        next_change_on, fingerprint, cell_latitude, cell_longitude, $4
      from changed
      on conflict (property_id) do update set distress = excluded.distress, value = excluded.value,
        location = excluded.location, urgency = excluded.urgency, total = excluded.total,
        tier = excluded.tier, confidence = excluded.confidence, reasons = excluded.reasons,
        record = excluded.record, score_version = excluded.score_version, as_of = excluded.as_of,
        next_change_on = excluded.next_change_on, fingerprint = excluded.fingerprint,
        cell_latitude = excluded.cell_latitude, cell_longitude = excluded.cell_longitude,
        scored_at = excluded.scored_at
    ), remembered as (
      insert into county.lead_score_history (property_id, snapshot_date, parcel_id_normalized, distress,
        value, location, urgency, total, tier, confidence, score_version, scored_at)
      select id, $1, parcel_id_normalized, distress, value, location, urgency, total, tier, confidence, $3, $4
      from changed
      on conflict (property_id, snapshot_date) do update set distress = excluded.distress,
        value = excluded.value, location = excluded.location, urgency = excluded.urgency,
        total = excluded.total, tier = excluded.tier, confidence = excluded.confidence,
        reasons = null, score_version = excluded.score_version, scored_at = excluded.scored_at
    ), filled as (
      update county.lead_score_history h set reasons = c.old_reasons
      from changed c where not c.is_new and c.old_day <> $1 and h.property_id = c.id
        and h.snapshot_date = c.old_day
    ), moved as (
      insert into property_manager.tier_changes (property_id, from_tier, to_tier, from_total, to_total,
        score_version, by_version, as_of, at)
      select id, old_tier, tier, old_total, total, $3, coalesce(old_version <> $3, false), $1, $4
      from changed where coalesce(old_tier <> tier, tier = 'A')
    )
    select jsonb_build_object('scored', (select count(*) from compared), 'new',
      count(*) filter (where is_new),
      'changed', count(*) filter (where not is_new),
      'moved', (
        select coalesce(jsonb_agg(to_jsonb(m) order by m.from_tier nulls first, m.to_tier), '[]')
        from (
          select old_tier as from_tier, tier as to_tier, count(*) as leads
          from changed where coalesce(old_tier <> tier, tier = 'A') group by 1, 2) m),
      'counts', (select coalesce(jsonb_object_agg(tier, n), '{}')
        from (select tier, count(*) as n from compared group by tier) t),
      'net', (select coalesce(jsonb_object_agg(tier, n), '{}') from (
        select u.tier, sum(u.n) as n from changed c
        cross join lateral (values (c.tier, 1), (c.old_tier, -1)) u (tier, n)
        where u.tier is not null group by u.tier) t))
    from changed$sql$, p_scores, case when p_few
      then 'lateral (select * from county.lead_scores x where x.property_id = s.id offset 0) o on true'
      else 'county.lead_scores o on o.property_id = s.id' end)
$$;

-- Begins the history of a year with the scores that did not change on its first day, so that it stands alone.
create function property_manager.begin_score_year(p_day date) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into county.lead_score_history (property_id, snapshot_date, parcel_id_normalized, distress, value,
    location, urgency, total, tier, confidence, reasons, score_version, scored_at)
  select s.property_id, p_day, p.parcel_id_normalized, s.distress, s.value, s.location, s.urgency, s.total,
    s.tier, s.confidence, s.reasons, s.score_version, s.scored_at
  from county.lead_scores s join county.properties p on p.id = s.property_id
  on conflict do nothing
$$;
