-- Pages come into the frontier, each once a source.

-- Queues pages of a source in the order given. A page that waits already keeps the better priority, with its
-- reason; one that was fetched waits anew; one that is being fetched waits again when that has ended, as it
-- may have been read before what it is queued for.
-- In: addresses in the one form that the source has them in; a priority, 1 (new) to 5 (sample); why.
-- Out: how many pages wait now by this call, and how many waited already, as urgently.
create function property_manager.enqueue_pages(
  p_source integer, p_urls text[], p_priority integer, p_reason text, out queued bigint, out known bigint
)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_now  constant timestamptz := clock_timestamp();
  v_urls bigint;
begin
  if p_priority is null or p_priority not between 1 and 5 then
    raise exception 'a priority of % is refused: it is 1 (new) to 5 (sample)',
      coalesce(p_priority::text, 'nothing')
      using errcode = 'PMUSE', hint = '1 new, 2 repriced, 3 verification, 4 stale, 5 sample';
  end if;
  with given as (
    select u.url, min(u.place)::integer as place
    from unnest(p_urls) with ordinality u (url, place)
    where u.url <> ''
    group by u.url
  ), taken as (
    insert into property_manager.frontier as f (source_id, url, priority, reason, queued_at, position)
    select p_source, g.url, p_priority, p_reason, v_now, g.place
    from given g
    order by md5(g.url)::uuid -- all who lock pages do so in this order
    on conflict (source_id, url_key) do update
      set priority = excluded.priority, reason = excluded.reason, queued_at = excluded.queued_at,
        position = excluded.position,
        state = case when f.state = 'claimed' then 'claimed' else 'waiting' end,
        queued_again = f.state = 'claimed',
        attempts = case when f.state in ('claimed', 'waiting') then f.attempts else 0 end,
        not_before = case when f.state in ('claimed', 'waiting') then f.not_before end
      where f.state in ('done', 'failed') or excluded.priority < f.priority
        or (f.state = 'claimed' and not f.queued_again)
    returning f.id
  )
  select (select count(*) from given), (select count(*) from taken) into v_urls, queued;
  known := v_urls - queued;
end
$$;

-- The same for programs, by the name of the source.
create function api.enqueue_pages(
  p_source text, p_urls text[], p_priority integer, p_reason text, out queued bigint, out known bigint
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source public.sources;
begin
  select * into v_source from public.sources where name = p_source for key share;
  if not found then
    raise exception 'there is no source "%"', p_source using errcode = 'PMNOF', hint = 'see sources list';
  end if;
  perform property_manager.refuse_merged(v_source);
  select e.queued, e.known into queued, known
  from property_manager.enqueue_pages(v_source.id, p_urls, p_priority, p_reason) e;
end
$$;
