-- An index scan compared with the catalogue: what was seen, what moved, what was missed.

-- Compares the sightings of a scan that has ended. A suspect one says nothing. Of a listing that is shown
-- twice, the first card counts.
-- In: whether absence counts, which takes a complete scan.
-- Out: {new, repriced, relisted, unmoved, aside, returned, missing, candidates}.
create function property_manager.settle_sightings(p_session public.scraping_sessions,
  p_source public.sources, p_removal boolean) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_counts constant boolean := p_session.verdict = 'complete' and p_removal;
  v_result jsonb;
  v_missed text[];
begin
  if p_session.verdict = 'suspect' then
    return '{"new": 0, "repriced": 0, "relisted": 0, "unmoved": 0, "aside": 0, "returned": 0,
      "missing": 0, "candidates": 0}'::jsonb;
  end if;
  perform property_manager.tune_planner();
  if v_counts then
    perform property_manager.adopt_listings(p_session, p_source);
  end if;
  select c.counts, c.missed into v_result, v_missed
  from property_manager.compare_sightings(p_session, p_source, v_counts) c;
  if p_session.verdict = 'complete' then
    update property_manager.scopes set watermark = greatest(watermark, p_session.completed_at)
    where id = p_session.scope_id;
  end if;
  return v_result || jsonb_build_object('candidates',
    property_manager.add_candidates(p_session, p_source, v_missed));
end
$$;

-- Lets the listings that came to be known since an earlier scan showed them as new belong to the scope: else
-- it could not miss them.
create function property_manager.adopt_listings(p_session public.scraping_sessions, p_source public.sources)
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.listing_scopes (scope_id, property_id, seen_at)
  select p_session.scope_id, l.property_id, max(earlier.ended_at)
  from (
    select n.session_id, n.ended_at from property_manager.scans n
    where n.scope_id = p_session.scope_id and n.session_id <> p_session.id and n.verdict <> 'suspect'
    order by n.ended_at desc limit 5
  ) earlier
  cross join lateral (
    select g.source_url from property_manager.sightings g
    where g.session_id = earlier.session_id and g.moved = 'new' offset 0
  ) g
  cross join lateral /*use listing_at p_source.name, g.source_url*/ l
  group by l.property_id
  on conflict (scope_id, property_id) do nothing
$$;

-- Marks what moved, and stores that what is known was seen. A listing that is not on the market has come back
-- when the scope shows it again; one that the scope has shown all along as sold has not. A price moves when
-- the card's does: what the listing's own page says may be another one.
-- What a complete scan does not show is missed once more, once in so many hours. A page that was read lately
-- and did not go live, as its row is set aside, is not read again for its card alone.
-- In: whether absence counts.
-- Out: counts: {new, repriced, relisted, unmoved, aside, returned, missing}; missed: the ids of those.
create function property_manager.compare_sightings(p_session public.scraping_sessions,
  p_source public.sources, p_counts boolean, out counts jsonb, out missed text[])
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  -- the watermark of a complete session covers what the scope has not missed
  v_complete constant boolean := p_session.verdict = 'complete';
  v_scope    constant integer := case when p_counts then p_session.scope_id end;
  v_required constant integer := (p_source.facts #>> '{removal,misses}')::integer;
  v_apart    constant interval := make_interval(
    secs => 3600 * (p_source.facts #>> '{removal,hours_apart}')::float8);
  v_lately   constant timestamptz := p_session.completed_at - make_interval(
    secs => 3600 * (p_source.facts #>> '{tiers,stale,every_hours}')::float8);
begin
  with matched as materialized (
    select g.position, g.source_url, g.property_id as addressed, g.price, g.currency, l.property_id, l.status,
      l.price as listed_price, l.currency as listed_currency,
      row_number() over (partition by coalesce(l.property_id, g.source_url), l.property_id is null
        order by g.position) as nth
    from property_manager.sightings g
    left join lateral /*use listing_at p_source.name, g.source_url*/ a on true
    left join lateral (
      select one.* from public.properties_live one
      where a.id is null and one.source = p_source.name and one.property_id = g.property_id offset 0
    ) i on true
    cross join lateral (select coalesce(a.property_id, i.property_id) as property_id,
      coalesce(a.status, i.status) as status, coalesce(a.price, i.price) as price,
      coalesce(a.currency, i.currency) as currency) l
    where g.session_id = p_session.id
  ), judged as materialized (
    select m.position, m.property_id, m.price, m.currency, k.misses, k.scope_id, c.source_id as carded,
      case
        when m.property_id is null then case when not a.aside then 'new' end
        when m.status <> 'active' and k.misses is distinct from 0 then 'relisted'
        when c.source_id is not null and (m.price, m.currency) is distinct from (c.price, c.currency)
          then 'repriced'
        when c.source_id is null and m.price <> m.listed_price
          and coalesce(m.currency = m.listed_currency, true) then 'repriced'
      end as moved, coalesce(a.aside, false) as aside
    from matched m
    left join lateral (
      select exists (
          select from property_manager.frontier f
          where f.source_id = p_source.id and f.url_key = md5(m.source_url)::uuid and f.state = 'done'
            and f.ended_at > v_lately offset 0)
        or exists (
          select from property_manager.quarantine q
          where q.source_id = p_source.id and q.status = 'open' and q.property_id = m.addressed
            and q.created_at > v_lately offset 0) as aside
    ) a on m.property_id is null
    left join lateral (
      select * from property_manager.listing_scopes one
      where one.scope_id = p_session.scope_id and one.property_id = m.property_id offset 0
    ) k on true
    left join lateral (
      select * from property_manager.listing_cards one
      where one.source_id = p_source.id and one.property_id = m.property_id offset 0
    ) c on true
    where m.nth = 1
  ), marked as (
    update property_manager.sightings g set moved = j.moved
    from judged j
    where j.moved is not null and g.session_id = p_session.id and g.position = j.position
  ), seen as (
    insert into property_manager.listing_scopes as k (scope_id, property_id, seen_at)
    select p_session.scope_id, j.property_id, p_session.completed_at
    from judged j
    where j.property_id is not null and not (v_complete and j.misses is not distinct from 0)
    on conflict (scope_id, property_id) do update
      set misses = 0, missed_at = null, missed_content = null,
        seen_at = greatest(k.seen_at, excluded.seen_at)
  ), cards as (
    insert into property_manager.listing_cards as c (source_id, property_id, price, currency, since)
    select p_source.id, j.property_id, j.price, j.currency, p_session.completed_at
    from judged j
    where j.property_id is not null and (j.carded is null or j.moved = 'repriced')
    on conflict (source_id, property_id) do update
      set price = excluded.price, currency = excluded.currency, since = excluded.since
  ), returned as (
    delete from property_manager.gone_candidates g using judged j
    where g.source_id = p_source.id and g.property_id = j.property_id
    returning g.property_id
  ), absent as (
    update property_manager.listing_scopes k
    set misses = least(k.misses + 1, 1000), missed_at = p_session.completed_at,
        missed_content = hashtextextended(p_session.id::text, 0),
        seen_at = /*use seen_at k, scope*/
    from (select watermark from property_manager.scopes where id = v_scope) scope
    where k.scope_id = v_scope
      and (k.missed_at is null or k.missed_at + v_apart <= p_session.completed_at)
      -- one that is removed already has been missed often enough
      and (k.misses < v_required or 'removed' <> (
        select l.status from public.properties_live l
        where l.source = p_source.name and l.property_id = k.property_id))
      and not exists (select from judged j where j.property_id = k.property_id)
    returning k.property_id
  )
  select jsonb_build_object(
    'new', count(*) filter (where j.moved = 'new'),
    'repriced', count(*) filter (where j.moved = 'repriced'),
    'relisted', count(*) filter (where j.moved = 'relisted'),
    'unmoved', count(*) filter (where j.moved is null and not j.aside),
    'aside', count(*) filter (where j.aside),
    'returned', (select count(*) from returned),
    'missing', (select count(*) from absent)),
    (select array_agg(property_id) from absent)
  into counts, missed
  from judged j;
end
$$;

-- The listings that have been missed often enough become candidates: their pages are asked. Not one that is
-- off the market already, that another scope has shown since, or whose status is pinned. Out: how many.
create function property_manager.add_candidates(p_session public.scraping_sessions, p_source public.sources,
  p_missed text[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_added bigint;
begin
  insert into property_manager.gone_candidates as g (source_id, property_id, scope_id, misses, since,
    next_check)
  select p_source.id, k.property_id, k.scope_id, k.misses, p_session.completed_at, p_session.completed_at
  from property_manager.listing_scopes k
  cross join lateral /*use listing_of p_source.name, k.property_id*/ l
  where k.scope_id = p_session.scope_id and k.property_id = any (p_missed)
    and k.misses >= (p_source.facts #>> '{removal,misses}')::integer
    and l.status <> 'removed' and l.source_url like 'http%'
    and not /*use shown_elsewhere p_session, k.property_id*/
    and not exists (select from property_manager.pins p
      where p.source_id = p_source.id and p.property_id = k.property_id and p.field_name = 'status' offset 0)
  on conflict (source_id, property_id) do update set misses = excluded.misses;
  get diagnostics v_added = row_count;
  return v_added;
end
$$;
