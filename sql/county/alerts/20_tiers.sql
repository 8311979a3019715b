-- What alerts say of tiers: leads that entered the best one, and weights that moved leads.

-- Leads that entered tier A within a week and are in it, the best first. A change is told once for ever, as
-- its id is the key. Those that other weights moved are counted by find_weights_moved(); one that left tier A
-- for less than a week is known.
create function property_manager.find_tier_a() returns setof property_manager.found_alert
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.id::text, null::integer,
    format('%s: %s points, %s; %s', coalesce(concat_ws(', ', p.address, p.city),
      'parcel ' || p.parcel_id_normalized), s.total,
      case when e.from_tier is null then 'new'
        else format('%s in tier %s before', e.from_total, e.from_tier) end,
      coalesce(nullif(array_to_string(property_manager.best_signals(s.reasons), ', '), ''),
        'no record speaks for it')),
    format('property-manager leads show %s', property_manager.shell_word(p.parcel_id_normalized)),
    format('/leads/%s', p.id), e.at
  from (
    select distinct on (c.property_id) c.*
    from property_manager.tier_changes c
    where c.to_tier = 'A' and not c.by_version and c.at > clock_timestamp() - interval '7 days'
    order by c.property_id, c.id
  ) e
  join county.lead_scores s on s.property_id = e.property_id and s.tier = 'A'
  join county.properties p on p.id = e.property_id
  where not exists (
    select from property_manager.tier_changes b
    where b.property_id = e.property_id and b.id < e.id and b.from_tier = 'A'
      and b.at > e.at - interval '7 days')
  order by s.total desc, e.id
$$;

-- Versions of the weights that moved leads into tier A or out of it within a week, a row a version: what its
-- leads are known for has not changed, so they are not told one by one.
create function property_manager.find_weights_moved() returns setof property_manager.found_alert
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.score_version::text, null::integer,
    format('version %s of the weights moved %s leads into tier A and %s out of it', c.score_version,
      count(*) filter (where c.to_tier = 'A'), count(*) filter (where c.from_tier = 'A')),
    'property-manager leads list --tier A', '/leads', min(c.at)
  from property_manager.tier_changes c
  where c.to_tier in ('A', 'B', 'C', 'D') and c.at > clock_timestamp() - interval '7 days' and c.by_version
    and 'A' in (c.from_tier, c.to_tier)
  group by c.score_version
$$;
