-- Scores leads: what is due, or all of them.

-- Whether leads are few beside all that are scored, a twentieth at most. Counts no further than it must.
create function property_manager.are_few_leads(p_leads bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) > p_leads * 20 from (select from county.lead_scores limit p_leads * 20 + 1) s
$$;

-- Has statistics made of tables that have none, or of which they say that they are empty, after a first load:
-- several indexes of a table have the id that a record is looked up by, and only statistics tell them apart.
create function property_manager.describe_county_tables() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_table regclass;
begin
  foreach v_table in array '{county.properties,county.property_records,county.tax_sales,county.foreclosures,
      county.tax_certificates,county.code_violations,county.lead_scores,property_manager.neighbourhoods,
      property_manager.open_cases}'::regclass[] loop
    if (select c.reltuples from pg_class c where c.oid = v_table) <= 0 and pg_relation_size(v_table) > 500000
      then
      execute format('analyze %s', v_table);
    end if;
  end loop;
end
$$;

-- Scores leads as of a day, by the current version: those that are due, or all. Two scorings wait for each
-- other. Out: {as_of, version, all, scored, new, changed, unchanged, gone, tiers: {tier: leads}, moved:
-- [{from_tier, to_tier, leads}]}.
create function api.score_leads(p_as_of date, p_all boolean, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set datestyle = 'ISO' as $$
declare
  v_version  constant integer := property_manager.current_score_version();
  v_def      constant jsonb := property_manager.score_definition(v_version);
  v_ids      text;
  v_state    property_manager.scoring;
  v_position bigint;
  v_all      boolean;
  v_few      boolean := false;
  v_due      uuid[];
  v_opened   boolean;
  v_lost     jsonb;
  v_tiers    jsonb;
  v_result   jsonb;
begin
  p_now := property_manager.moment_done(p_now);
  p_as_of := coalesce(p_as_of, (p_now at time zone 'utc')::date);
  if p_as_of not between date '1900-01-01' and date '9998-12-31' then
    raise exception '% is no day to score as of', p_as_of
      using errcode = 'PMUSE', hint = 'give a date such as 2026-01-31';
  end if;
  select * into v_state from property_manager.scoring for update;
  select f.position into v_position from property_manager.feed f;
  v_all := p_all or v_state.scored_at is null
    or v_state.version is distinct from v_version;
  v_opened := property_manager.open_score_year(p_as_of);
  perform set_config('jit', 'off', true), set_config('work_mem', '128MB', true),
    property_manager.describe_county_tables();
  if v_all then
    perform set_config('enable_nestloop', 'off', true);
    delete from property_manager.leads_due;
    perform property_manager.place_all_cases(), property_manager.count_all_neighbourhoods(p_as_of);
  else
    v_due := property_manager.leads_due(p_as_of, v_state.position, (v_def -> 'near_metres')::integer);
    v_ids := 'unnest($2) d (id)';
    v_few := property_manager.are_few_leads(cardinality(v_due));
  end if;
  -- whatever statistics say: a few are looked up by their keys, of all each table is read once
  perform set_config(case when v_few then 'enable_seqscan' else 'enable_nestloop' end, 'off', true),
    set_config('enable_mergejoin', 'off', true);
  v_lost := property_manager.forget_leads(v_due, p_as_of, p_now);

  execute property_manager.keep_scores_sql(
    property_manager.scores_sql(v_def, property_manager.due_sql(v_ids, v_few), v_few), v_few)
  into v_result using p_as_of, v_due, v_version, p_now;

  if v_opened then
    perform property_manager.begin_score_year(p_as_of);
  end if;
  if v_all then
    v_tiers := v_result -> 'counts';
  else
    select jsonb_object_agg(t.tier, coalesce((v_result #>> array['net', t.tier])::bigint, 0)
      - coalesce((v_lost ->> t.tier)::bigint, 0)) into v_tiers
    from unnest('{A,B,C,D}'::text[]) t (tier);
  end if;
  v_tiers := property_manager.count_tiers(p_as_of, v_version, v_tiers, v_all);
  update county.score_versions set used_at = p_now where version = v_version and used_at is null;
  update property_manager.scoring
  set position = v_position, scored_at = p_now, as_of = p_as_of, version = v_version;
  return (v_result - '{counts,net}'::text[]) || jsonb_build_object('as_of', p_as_of, 'version', v_version,
    'all', v_all, 'tiers', v_tiers,
    'gone', (select coalesce(sum(value::bigint), 0) from jsonb_each_text(v_lost)),
    'unchanged', (v_result -> 'scored')::bigint - (v_result -> 'new')::bigint
      - (v_result -> 'changed')::bigint);
end
$$;
