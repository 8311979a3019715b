-- What index pages show, as it lands, and the end of a scan: it is compared with the catalogue at once.

-- Takes what some pages of an open scan showed, in their order; what has landed is passed over, so that a
-- lost answer is met by sending it again.
-- In: [{position, page, source_url, property_id, title, price, currency}]; the pages, [{page, url, cards,
-- fresh}].
create function api.note_sightings(
  p_session uuid, p_writer uuid, p_known bigint, p_rows jsonb, p_pages jsonb
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_writer(p_session, p_writer, p_known);
  insert into property_manager.sightings (session_id, position, page, source_url, property_id, title, price,
    currency)
  select p_session, r.position, r.page, r.source_url, r.property_id, r.title, r.price, r.currency
  from jsonb_to_recordset(p_rows) as r (position integer, page integer, source_url text, property_id text,
    title text, price numeric(15,2), currency text)
  on conflict (session_id, position) do nothing;
  insert into property_manager.scan_pages (session_id, page, url, cards, fresh)
  select p_session, r.page, r.url, r.cards, r.fresh
  from jsonb_to_recordset(p_pages) as r (page integer, url text, cards integer, fresh integer)
  on conflict (session_id, page) do nothing;
end
$$;

-- The scan of a tier from one start page that was interrupted within the last day, after pages of it had
-- landed; or null.
create function api.scan_to_resume(p_source text, p_url text, p_tier text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id
  from public.sources f
  join public.scraping_sessions s on s.source_id = f.id
  where f.name = p_source and s.kind = 'index' and s.base_url = p_url
    and s.filters_applied ->> 'tier' = p_tier
    and property_manager.is_interrupted(s) and s.heartbeat_at > clock_timestamp() - interval '1 day'
    and exists (select from property_manager.scan_pages p where p.session_id = s.id)
  order by s.created_at desc
  limit 1
$$;

-- The pages that a scan has read.
create function api.scan_pages(p_session uuid) returns table (url text, cards integer, fresh integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.url, p.cards, p.fresh
  from property_manager.scan_pages p
  where p.session_id = p_session
  order by p.page
$$;

-- The addresses that it has seen.
create function api.sighted_urls(p_session uuid) returns table (url text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.source_url from property_manager.sightings g where g.session_id = p_session order by g.position
$$;

-- Why a scan that saw all of its pages proves no absence: it shows much less than its scope usually does, by
-- the median of its last complete scans or, before there are any, by the scope's listings. Null: it does.
-- A complete scrape that went live has measured anew: scans before it say nothing of what is usual now.
create function property_manager.too_few_shown(p_session public.scraping_sessions, p_source public.sources,
  p_shown bigint) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select format('%s listings shown, usual %s: looks like an outage or a block', p_shown, round(usual))
  from (
    select coalesce(
      (select percentile_cont(0.5) within group (order by shown) from (
        select n.shown from property_manager.scans n
        where n.scope_id = p_session.scope_id and n.verdict = 'complete' and n.session_id <> p_session.id
          and n.ended_at > coalesce((
            select max(c.completed_at) from public.scraping_sessions c
            where c.scope_id = p_session.scope_id and c.kind = 'scrape' and c.verdict = 'complete'
              and c.sync_status = 'completed'), '-infinity')
        order by n.ended_at desc limit 5) last_five),
      (select count(*) from property_manager.listing_scopes k
        where k.scope_id = p_session.scope_id and k.misses = 0)) as usual
  ) history
  where p_shown < (p_source.facts #>> '{removal,least_share_of_median}')::float8 * usual
$$;

-- Ends a scan: its sightings count as seen, what it did not show is missed once more if it was complete, and
-- what moved is marked. Repeating the call returns the same.
-- In: the tier; how much of the scope was covered, and why not all of it; whether absence counts; figures of
-- the pages; the time, if it is not now.
-- Out: {verdict, reason, shown, queued, …} of settle_sightings() and the figures.
create function api.end_scan(
  p_session uuid, p_writer uuid, p_known bigint, p_tier text, p_verdict text, p_reason text,
  p_removal boolean, p_figures jsonb, p_now timestamptz
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_session public.scraping_sessions;
  v_source  public.sources;
  v_few     text;
  v_shown   bigint;
  v_result  jsonb;
begin
  select n.figures into v_result
  from property_manager.scans n join public.scraping_sessions s on s.id = n.session_id
  where n.session_id = p_session and s.writer = p_writer;
  if found then
    return v_result;
  end if;
  v_source := property_manager.lock_source(
    (select f.name from public.scraping_sessions s join public.sources f on f.id = s.source_id
      where s.id = p_session));
  perform property_manager.require_writer(p_session, p_writer, p_known);
  update public.scraping_sessions
  set status = 'completed', verdict = p_verdict, sync_status = 'scanned', heartbeat_at = clock_timestamp(),
      completed_at = case when p_now is null then property_manager.next_completion(source_id)
        else property_manager.moment_done(p_now) end
  where id = p_session
  returning * into v_session;
  select count(distinct g.source_url) into v_shown
  from property_manager.sightings g where g.session_id = p_session;
  if p_verdict = 'complete' then
    v_few := property_manager.too_few_shown(v_session, v_source, v_shown);
  end if;
  update public.scraping_sessions
  set verdict = case when v_few is null then verdict else 'suspect' end,
      verdict_reason = coalesce(v_few, p_reason), properties_found = v_shown,
      current_page = (p_figures ->> 'pages')::integer,
      total_pages = case when (p_figures ->> 'finished')::boolean then (p_figures ->> 'pages')::integer
        else total_pages end
  where id = p_session
  returning * into v_session;

  v_result := p_figures || jsonb_build_object('shown', v_shown, 'verdict', v_session.verdict,
      'reason', v_session.verdict_reason)
    || property_manager.settle_sightings(v_session, v_source, p_removal)
    || jsonb_build_object('queued', property_manager.queue_moves(v_session));
  insert into property_manager.scans (session_id, source_id, scope_id, tier, ended_at, verdict, pages, shown,
    moved, figures)
  values (p_session, v_source.id, v_session.scope_id, p_tier, v_session.completed_at, v_session.verdict,
    (p_figures ->> 'pages')::integer, v_shown,
    (v_result ->> 'new')::integer + (v_result ->> 'repriced')::integer + (v_result ->> 'relisted')::integer,
    v_result);
  return v_result;
end
$$;

-- Queues the detail pages of what moved in a scan. Out: how many wait now by this call.
create function property_manager.queue_moves(p_session public.scraping_sessions) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(sum(e.queued), 0)::bigint
  from (values ('new', 1), ('relisted', 1), ('repriced', 2)) k (moved, priority)
  cross join lateral (
    select array_agg(g.source_url order by g.position) as urls from property_manager.sightings g
    where g.session_id = p_session.id and g.moved = k.moved
  ) m
  cross join lateral property_manager.enqueue_pages(p_session.source_id, m.urls, k.priority, k.moved) e
  where m.urls is not null
$$;

-- Queues the pages of listings on the market that were not read for so long as the tier `stale` says, the
-- longest first, unless they wait already; at most once a day. Out: how many wait now by this call; null: not
-- due.
create function api.queue_stale(p_source text, p_limit integer, p_now timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_now    constant timestamptz := coalesce(p_now, clock_timestamp());
  v_source public.sources;
  v_queued bigint;
begin
  select * into v_source from public.sources where name = p_source;
  if not (v_source.facts #>> '{tiers,stale,on}')::boolean or exists (
    select from property_manager.stale_runs r
    where r.source_id = v_source.id and r.ran_at > v_now - interval '1 day'
  ) then
    return null;
  end if;
  insert into property_manager.stale_runs as r (source_id, ran_at) values (v_source.id, v_now)
  on conflict (source_id) do update set ran_at = excluded.ran_at;
  select e.queued into v_queued
  from (
    select array_agg(o.source_url order by o.read_at) as urls
    from (
      select l.source_url, greatest(l.scraped_at, f.ended_at) as read_at
      from public.properties_live l
      left join property_manager.frontier f on f.source_id = v_source.id and f.state = 'done'
        and f.url_key = md5(l.source_url)::uuid
      where l.source = v_source.name and l.status = 'active' and l.source_url like 'http%'
        and coalesce(greatest(l.scraped_at, f.ended_at), '-infinity')
          < v_now - make_interval(secs => 3600 * (v_source.facts #>> '{tiers,stale,every_hours}')::float8)
      order by read_at nulls first limit p_limit
    ) o
  ) stale
  cross join lateral property_manager.enqueue_pages(v_source.id, stale.urls, 4, 'stale') e
  where stale.urls is not null;
  return coalesce(v_queued, 0);
end
$$;
