-- Workers take pages from the frontier, each for as long as its lease lasts.

-- How often a page is claimed at most before it counts as failed.
create function property_manager.most_attempts() returns integer
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select 5
$$;

-- Lets pages wait again whose worker has not been heard of until its lease ran out; one that has brought down
-- so many workers has failed.
create function property_manager.release_expired(p_source integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off
set plan_cache_mode = force_custom_plan as $$
declare
  v_expired constant bigint[] := array(
    select f.id from property_manager.frontier f
    where f.source_id = p_source and f.state = 'claimed' and f.leased_until < clock_timestamp()
    order by f.leased_until limit 10000 for update skip locked);
begin
  update property_manager.frontier f
  set claimed_by = null, leased_until = null, queued_again = false, not_before = null,
    state = case when f.attempts >= property_manager.most_attempts() and not f.queued_again
      then 'failed' else 'waiting' end,
    outcome = 'failed', http_status = null, ended_at = clock_timestamp(),
    message = 'the worker that fetched it ended before it was done'
  where f.id = any (v_expired);
end
$$;

-- Takes the next pages of a source for a worker: the most urgent first, then those that wait longest. Pages
-- that others take at the same moment are passed over, never waited for.
-- In: p_checks: only pages that are to say whether their listing is gone.
-- Out: etag, last_modified and content_hash of the last answer only where an answer that has not changed
-- would say nothing new; verifies: the listing that the page is asked for whether it is gone.
create function api.claim_pages(
  p_source text, p_worker uuid, p_most integer, p_lease_seconds float8, p_checks boolean
)
returns table (id bigint, url text, priority smallint, reason text, attempts smallint, etag text,
  last_modified text, content_hash uuid, verifies text)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
-- the order is that of one index: without statistics a sort of all that waits would look as cheap
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_hashjoin = off
set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_source public.sources;
  v_rules  bigint;
  v_next   bigint[];
begin
  select * into v_source from public.sources s where s.name = p_source;
  if not found then
    raise exception 'there is no source "%"', p_source using errcode = 'PMNOF', hint = 'see sources list';
  end if;
  perform property_manager.refuse_merged(v_source);
  perform property_manager.release_expired(v_source.id);
  v_rules := property_manager.rules_version(p_source);
  v_next := array(
    select f.id from property_manager.frontier f
    where f.source_id = v_source.id and f.state = 'waiting'
      and (f.not_before is null or f.not_before <= clock_timestamp())
      and (not p_checks or f.priority = 3)
    order by f.priority, f.queued_at, f.position
    limit p_most for update skip locked);
  update property_manager.frontier f
  set state = 'claimed', claimed_by = p_worker, attempts = f.attempts + 1,
    leased_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where f.id = any (v_next);
  return query
  select f.id, f.url, f.priority, f.reason, f.attempts, case when k.holds then f.etag end,
    case when k.holds then f.last_modified end, case when k.holds then f.content_hash end,
    case when f.priority = 3 then property_manager.candidate_at(v_source, f.url) end
  from unnest(v_next) with ordinality n (id, place)
  join property_manager.frontier f on f.id = n.id
  cross join lateral (
    select /*use page_holds f, p_source, v_source.facts_hash, v_rules*/ as holds) k
  order by n.place;
end
$$;

-- Lengthens the leases of a worker that is alive.
create function api.keep_pages(p_source text, p_worker uuid, p_lease_seconds float8) returns void
language sql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  update property_manager.frontier f
  set leased_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where f.id = any (array(
    select c.id from property_manager.frontier c
    where c.source_id = (select s.id from public.sources s where s.name = p_source) and c.state = 'claimed'
      and c.claimed_by = p_worker
    order by c.url_key for update))
$$;

-- Gives back what a worker has claimed and not fetched, and its shares of the sites: it ends.
create function api.release_pages(p_source text, p_worker uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  update property_manager.frontier f
  set state = 'waiting', claimed_by = null, leased_until = null, queued_again = false,
    attempts = greatest(0, f.attempts - 1)
  where f.id = any (array(
    select c.id from property_manager.frontier c
    where c.source_id = (select s.id from public.sources s where s.name = p_source) and c.state = 'claimed'
      and c.claimed_by = p_worker
    order by c.url_key for update));
  delete from property_manager.site_shares where worker = p_worker
$$;

-- When the next page of a source can be claimed, in seconds from now: one that is tried again after an error,
-- or one of another worker, which may be dead. Null where none is left. In: p_checks: as claim_pages has it.
create function api.next_page_due(p_source text, p_worker uuid, p_checks boolean) returns float8
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select case when due.at is not null then greatest(0, extract(epoch from due.at - clock_timestamp())) end
  from public.sources s
  cross join lateral (select least(
    (select min(coalesce(f.not_before, f.queued_at)) from property_manager.frontier f
      where f.source_id = s.id and f.state = 'waiting' and (not p_checks or f.priority = 3)),
    (select min(f.leased_until) from property_manager.frontier f
      where f.source_id = s.id and f.state = 'claimed' and f.claimed_by <> p_worker
        and (not p_checks or f.priority = 3))) as at) due
  where s.name = p_source
$$;

-- The sources with pages that can be claimed now, or that are to say now whether their listing is gone.
create function api.sources_to_crawl() returns table (name text)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select s.name
  from public.sources s
  where s.merged_into is null
    and (exists (select from property_manager.frontier f where f.source_id = s.id and f.state = 'waiting'
        and (f.not_before is null or f.not_before <= clock_timestamp()) offset 0)
      or exists (select from property_manager.frontier f where f.source_id = s.id and f.state = 'claimed'
        and f.leased_until < clock_timestamp() offset 0)
      or exists (select from property_manager.gone_candidates g where g.source_id = s.id
        and g.next_check <= clock_timestamp() and g.last_proof is null offset 0))
  order by s.name
$$;

-- How many pages of a source wait, those that are not due yet included.
create function api.pages_waiting(p_source text) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select count(*) from property_manager.frontier f
  where f.source_id = (select s.id from public.sources s where s.name = p_source) and f.state = 'waiting'
$$;
