-- What a source asks for its homes, by operation, period, currency, place and type: what new prices are
-- judged by. It is counted from live alone, so only of listings that were applied, and anew only after a
-- tenth of them have changed: for every change, ten listings are read in the long run, however large the
-- source is.

-- How many listings a change set wrote. In: its counts.
create function property_manager.listings_written(p_counts jsonb) returns bigint
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce((p_counts ->> 'new_properties')::bigint, 0)
    + coalesce((p_counts ->> 'updated_properties')::bigint, 0)
    + coalesce((p_counts ->> 'reactivated_properties')::bigint, 0)
    + coalesce((p_counts ->> 'missing_properties')::bigint, 0)
    + coalesce((p_counts ->> 'removed_properties')::bigint, 0)
    + coalesce((p_counts ->> 'edited_properties')::bigint, 0)
$$;

-- Whether more than a tenth of what the levels of a source were counted over has changed since, with p_counts
-- of a change set that is being written. What a rollback or an erasure took back no longer counts at once.
create function property_manager.levels_are_old(p_source integer, p_counts jsonb) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(bool_or(s.origin not in ('sync', 'edit', 'compact')), false)
    or 10 * (coalesce(sum(property_manager.listings_written(s.counts)), 0)
      + property_manager.listings_written(p_counts))
    > coalesce((select homes from property_manager.price_counts where source_id = p_source), 0)
  from property_manager.change_sets s
  where s.source_id = p_source and s.id > coalesce(
    (select change_set_id from property_manager.price_counts where source_id = p_source), 0)
$$;

-- Counts the levels of a source anew where they are old and a rule asks for them: as it applies a change set,
-- whose id and counts it is given; and, without one, before a session is judged.
create function property_manager.count_levels(p_source public.sources, p_set bigint, p_counts jsonb)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_homes bigint;
begin
  if not exists (select from public.validation_rules where rule_type = 'likely' and is_active)
    or not property_manager.levels_are_old(p_source.id, p_counts) then
    return;
  end if;
  delete from property_manager.price_levels where source_id = p_source.id;
  insert into property_manager.price_levels (source_id, operation, period, currency, place, kind, homes,
    least, middle, most, per_m2)
  select p_source.id, g.operation, g.period, g.currency, coalesce(g.place, 'ALL'), g.kind, g.homes,
    g.prices[1], g.prices[2], g.prices[3], g.per_m2
  from (
    select k.operation, k.period, k.currency, k.place, k.kind, count(*) as homes,
      percentile_disc(array[0.1, 0.5, 0.9]) within group (order by k.price) as prices,
      percentile_disc(0.5) within group (order by k.per_m2) as per_m2
    from (
      select /*use level_word l.operation_type*/ as operation,
        /*use level_word l.price_period*/ as period,
        /*use level_word l.currency*/ as currency,
        /*use level_place l.city, l.state*/ as place,
        /*use level_word l.property_type*/ as kind, l.price,
        round(l.price / nullif(coalesce(l.covered_area_m2, l.total_area_m2, l.lot_size_m2), 0), 2) as per_m2
      from (
        -- found by its key alone: the planner would read the index on status of all sources
        select * from public.properties_live where source = p_source.name offset 0
      ) l
      where l.status <> 'removed' and l.price > 0
    ) k
    group by grouping sets ((k.operation, k.period, k.currency, k.place, k.kind),
      (k.operation, k.period, k.currency, k.kind))
    having count(*) >= 5
  ) g;
  select count(*) into v_homes from property_manager.listing_state where source_id = p_source.id;
  insert into property_manager.price_counts (source_id, change_set_id, homes)
  select p_source.id, coalesce(p_set, max(s.id)), v_homes
  from property_manager.change_sets s where s.source_id = p_source.id
  on conflict (source_id) do update set change_set_id = excluded.change_set_id, homes = excluded.homes;
end
$$;
