-- Tiers: which part of a source is to be looked at when, by how much of it really moves.

-- The pace of one tier: a scan is due when about a tenth of what it shows has moved, by its last scans, at
-- most four times as often or as rarely as declared. Out: the interval, and its reason.
create function property_manager.tier_pace(p_source integer, p_tier text, p_facts jsonb,
  out every interval, out why text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with declared as (
    select (p_facts ->> 'every_hours')::float8 as hours, (p_facts ->> 'adapts')::boolean as adapts
  ), measured as (
    select count(*) as scans, sum(m.moved) as moved, sum(m.shown) as shown, sum(m.hours) as hours,
      sum(m.moved) / nullif(sum(m.shown * m.hours), 0) as share_an_hour
    from (
      select n.moved, n.shown, n.ended_at,
        extract(epoch from n.ended_at - lag(n.ended_at) over (partition by n.scope_id order by n.ended_at))
          ::float8 / 3600 as hours
      from property_manager.scans n
      where n.source_id = p_source and n.tier = p_tier and n.verdict <> 'suspect' and n.shown > 0
      order by n.ended_at desc limit 12
    ) m
    where m.hours > 0
  ), wanted as (
    select d.hours as declared, m.*,
      case when m.moved > 0 then least(greatest(0.1 / m.share_an_hour, d.hours / 4), d.hours * 4)
        else d.hours * 4 end as bounded,
      d.adapts
    from declared d, measured m
  )
  select make_interval(secs => 3600 * case when w.adapts and w.scans >= 3
      then w.bounded else w.declared end),
    case
      when not w.adapts then 'as declared'
      when w.scans < 3 then format('as declared, until three scans have measured how much moves (%s so far)',
        w.scans)
      when w.moved = 0 then format('nothing moved in %s scans: four times as rarely as declared', w.scans)
      else format('%s of %s listings a scan moved in %s h: a tenth moves in %s h%s',
        round((w.moved / w.scans)::numeric, 1), round(w.shown::numeric / w.scans),
        round((w.hours / w.scans)::numeric, 1), round((0.1 / w.share_an_hour)::numeric, 1),
        case when 0.1 / w.share_an_hour < w.declared / 4 then ', at most four times as often as declared'
          when 0.1 / w.share_an_hour > w.declared * 4 then ', at most four times as rarely as declared'
          else '' end)
    end
  from wanted w
$$;

-- The tiers of a source, or of all sources that name their start pages (null): when each was last looked
-- at, how often it is, and when it is due. A scan of more pages counts for the tiers of fewer. One that was
-- cut short or is suspect is due again after a quarter of the time, one that failed not before an hour.
-- Out: due_at: null of one that was never looked at.
create function api.tiers(p_source text, p_now timestamptz) returns table (
  source text, tier text, pages integer, removal boolean, declared_hours float8, every_hours float8, why text,
  last_at timestamptz, last_verdict text, last_moved integer, last_shown integer, due_at timestamptz,
  is_due boolean
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.source, t.tier, t.pages, t.removal, t.declared, extract(epoch from t.every)::float8 / 3600, t.why,
    t.last_at, t.verdict, t.moved, t.shown, d.due_at,
    coalesce(d.due_at <= coalesce(p_now, clock_timestamp()), true)
  from (
    select f.name as source, f.id as source_id, k.tier, k.rank, (k.facts ->> 'pages')::integer as pages,
      (k.facts ->> 'removal')::boolean as removal, (k.facts ->> 'every_hours')::float8 as declared,
      pace.every, pace.why, latest.ended_at as last_at, latest.verdict, latest.moved, latest.shown,
      (latest.figures ->> 'finished')::boolean as finished
    from public.sources f
    cross join lateral (
      select o.name, o.rank, f.facts #> array['tiers', o.name]
      from (values ('newest', 1), ('front', 2), ('whole', 3)) o (name, rank)
    ) k (tier, rank, facts)
    cross join lateral property_manager.tier_pace(f.id, k.tier, k.facts) pace
    left join lateral (
      select n.* from property_manager.scans n
      where n.source_id = f.id and n.tier in ('whole', case when k.rank <= 2 then 'front' end,
        case when k.rank = 1 then 'newest' end)
      order by n.ended_at desc limit 1
    ) latest on true
    where f.merged_into is null and (k.facts ->> 'on')::boolean
      and case when p_source is null then f.facts -> 'start' <> '[]' else f.name = p_source end
  ) t
  left join lateral (
    select max(s.completed_at) as at from public.scraping_sessions s
    where s.source_id = t.source_id and s.kind = 'index' and s.status = 'failed'
      and s.completed_at > coalesce(t.last_at, '-infinity')
  ) failed on true
  cross join lateral (select greatest(
    t.last_at + case when t.finished and t.verdict <> 'suspect' then t.every
      else greatest(t.every / 4, interval '1 hour') end,
    failed.at + interval '1 hour') as due_at) d
  order by t.source, t.rank
$$;
