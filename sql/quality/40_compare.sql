-- Compares the figures of a session with those of the last sessions of its scope, by their median and the
-- median distance from it: a few odd sessions move neither.

-- The sessions that a profile is compared with, the newest first: applied ones of its scope that covered as
-- much of it and were read in the same way, whole or what changed. Those that cleanup removed count too.
create function property_manager.sessions_before(p_profile property_manager.session_profiles, p_limit integer)
returns setof property_manager.session_profiles
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.*
  from property_manager.session_profiles p
  left join public.scraping_sessions s on s.id = p.session_id
  where p.scope_id = p_profile.scope_id and p.completed_at < p_profile.completed_at
    and p.session_id <> p_profile.session_id and p.verdict = p_profile.verdict
    and p.figures -> 'reads' = p_profile.figures -> 'reads'
    and (s.id is null or s.sync_status = 'completed')
  order by p.completed_at desc limit p_limit
$$;

-- The figures of profiles that say one number each; a profile's place in the list is its nth. `rows` is how
-- many rows the figure is of. A median price is its logarithm, so that twice and half are as far.
create function property_manager.plain_figures(p_profiles property_manager.session_profiles[])
returns table (nth bigint, kind text, field text, homes text, value double precision, of_rows bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with listed as (
    select p.nth, p.figures, (p.figures ->> 'offered')::float8 as offered
    from unnest(p_profiles) with ordinality p (session_id, source_id, scope_id, completed_at,
      verdict, content, rules_version, figures, nth)
  )
  select l.nth, 'volume', null, null, (l.figures ->> 'rows')::float8, (l.figures ->> 'rows')::bigint
  from listed l
  union all
  select l.nth, 'null rate', f.name, null,
    case when l.figures -> 'declared' ? f.name then 1 - f.filled::float8 / l.offered else 1 end,
    l.offered::bigint
  from listed l cross join lateral jsonb_each_text(l.figures -> 'filled') f (name, filled)
  where l.offered > 0
  union all
  select l.nth, 'repeated value', r.name, null, (r.found ->> 'rows')::float8 / (r.found ->> 'of')::float8,
    (r.found ->> 'of')::bigint
  from listed l cross join lateral jsonb_each(l.figures -> 'repeated') r (name, found)
  union all
  select l.nth, 'price level', null, property_manager.homes_of_level(v.level),
    log((v.level ->> 'middle')::float8), (v.level ->> 'homes')::bigint
  from listed l cross join lateral jsonb_array_elements(l.figures -> 'levels') v (level)
$$;

-- How differently the numbers of profiles are spread than those of all but the first together: the greatest
-- difference between the shares of rows up to some number, 0..1 (Kolmogorov and Smirnov's). In: for each
-- field from which time on a profile counts for the others.
create function property_manager.spread_figures(p_profiles property_manager.session_profiles[], p_since jsonb)
returns table (nth bigint, kind text, field text, homes text, value double precision, of_rows bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with cells as (
    select p.nth, b.field, c.cell::integer as cell, c.rows::bigint as rows,
      sum(c.rows::bigint) over (partition by p.nth, b.field) as of_rows,
      p.nth > 1 and p.completed_at >= coalesce((p_since ->> b.field)::timestamptz, '-infinity') as counts
    from unnest(p_profiles) with ordinality p (session_id, source_id, scope_id, completed_at,
      verdict, content, rules_version, figures, nth)
    cross join lateral jsonb_each(p.figures -> 'bins') b (field, found)
    cross join lateral jsonb_each_text(b.found) c (cell, rows)
  ), usual as (
    select c.field, c.cell, sum(c.rows / c.of_rows) / n.profiles as share
    from cells c
    join (
      select field, count(distinct nth) as profiles from cells where counts group by field
    ) n using (field)
    where c.counts
    group by c.field, c.cell, n.profiles
  ), both_of_them as (
    select c.nth, c.field, c.cell, c.rows / c.of_rows as own, 0 as usual, c.of_rows from cells c
    union all
    select m.nth, u.field, u.cell, 0, u.share, m.of_rows
    from usual u join (select distinct nth, field, of_rows from cells) m using (field)
  ), summed as (
    select nth, field, of_rows,
      sum(sum(own) - sum(usual)) over (partition by nth, field order by cell) as difference
    from both_of_them
    group by nth, field, of_rows, cell
  )
  select nth, 'distribution', field, null, max(abs(difference))::float8, of_rows::bigint
  from summed
  group by nth, field, of_rows
$$;

-- From which time on the sessions of a scope count for a figure: the last time that it was so unusual that
-- somebody had to approve it. What was approved is the new usual.
create function property_manager.usual_since(p_scope integer)
returns table (kind text, field text, homes text, since timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.kind, a.field, a.homes, max(p.completed_at)
  from property_manager.quality_anomalies a
  join property_manager.session_profiles p on p.session_id = a.session_id
  left join public.scraping_sessions s on s.id = a.session_id
  where a.scope_id = p_scope and a.severity = 'severe' and (s.id is null or s.sync_status = 'completed')
  group by a.kind, a.field, a.homes
$$;

-- The figures of a profile beside the same of others: their median, the median distance from it × 1.4826
-- (which is the standard deviation where figures vary by chance alone), and how many they are. In: whether
-- only those count that came since a figure was approved.
create function property_manager.compared_figures(p_profile property_manager.session_profiles,
  p_others property_manager.session_profiles[], p_since_approved boolean)
returns table (kind text, field text, homes text, value double precision, of_rows bigint,
  usual double precision, spread double precision, sessions integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with since as materialized (
    select * from property_manager.usual_since(p_profile.scope_id) where p_since_approved
  ), figures as materialized (
    select * from property_manager.plain_figures(array[p_profile] || p_others)
    union all
    select * from property_manager.spread_figures(array[p_profile] || p_others, (
      select jsonb_object_agg(n.field, n.since) from since n where n.kind = 'distribution'))
  ), before as (
    select f.*
    from figures f
    left join since n on n.kind = f.kind and n.field is not distinct from f.field
      and n.homes is not distinct from f.homes
    where f.nth > 1 and (n.since is null or p_others[f.nth - 1].completed_at >= n.since)
  ), middles as (
    select kind, coalesce(field, '') as field, coalesce(homes, '') as homes,
      percentile_cont(0.5) within group (order by value) as usual, count(distinct nth)::integer as sessions
    from before
    group by 1, 2, 3
  ), spreads as (
    select m.kind, m.field, m.homes, m.usual, m.sessions,
      1.4826 * percentile_cont(0.5) within group (order by abs(b.value - m.usual)) as spread
    from before b
    join middles m on m.kind = b.kind and m.field = coalesce(b.field, '') and m.homes = coalesce(b.homes, '')
    group by m.kind, m.field, m.homes, m.usual, m.sessions
  )
  select f.kind, f.field, f.homes, f.value, f.of_rows, s.usual, s.spread, s.sessions
  from figures f
  join spreads s on s.kind = f.kind and s.field = coalesce(f.field, '') and s.homes = coalesce(f.homes, '')
  where f.nth = 1
$$;
