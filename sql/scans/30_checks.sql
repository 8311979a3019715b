-- Candidates for removal: their pages are asked whether the listing is gone, and the answers are kept.

-- Queues the pages of a source's candidates that are to be asked now, those that wait longest first.
-- Out: how many of them wait now, by this call or an earlier one.
create function api.queue_checks(p_source text, p_now timestamptz) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select coalesce(sum(e.queued + e.known), 0)::bigint
  from public.sources f
  cross join lateral (
    select array_agg(due.source_url order by due.next_check, due.property_id) as urls
    from (
      select g.property_id, g.next_check, l.source_url
      from property_manager.gone_candidates g
      cross join lateral /*use listing_of f.name, g.property_id*/ l
      where g.source_id = f.id and g.next_check <= coalesce(p_now, clock_timestamp())
        -- proven already: it waits for its plan
        and g.last_proof is null
      order by g.next_check, g.property_id
      limit (f.facts #>> '{removal,checks}')::integer
    ) due
  ) checks
  cross join lateral property_manager.enqueue_pages(f.id, checks.urls, 3, 'missing') e
  where f.name = p_source and checks.urls is not null
$$;

-- The candidate whose page this is; null: the page is of none.
create function property_manager.candidate_at(p_source public.sources, p_url text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select g.property_id
  from /*use listing_at p_source.name, p_url*/ l
  join property_manager.gone_candidates g on g.source_id = p_source.id and g.property_id = l.property_id
  where g.last_proof is null
  limit 1
$$;

-- Listings that are known to be there, any of those that the source's newest scan or scrape showed: their
-- pages must say so, or no other page is believed.
create function api.canaries(p_source text, p_limit integer) returns table (property_id text, url text)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  with newest as materialized (
    select looked.session_id, looked.is_scan
    from public.sources f
    cross join lateral (
      (select n.session_id, n.ended_at, true as is_scan from property_manager.scans n
      where n.source_id = f.id and n.verdict <> 'suspect' and n.shown > 0
      order by n.ended_at desc limit 1)
      union all
      (select s.id, s.completed_at, false from public.scraping_sessions s
      where s.source_id = f.id and s.kind = 'scrape' and s.sync_status = 'completed'
        and s.verdict <> 'suspect' and not property_manager.is_crawl(s)
        and exists (select from public.property_scrapes_staging g where g.session_id = s.id)
      order by s.completed_at desc limit 1)
    ) looked
    where f.name = p_source
    order by looked.ended_at desc limit 1
  ), shown as (
    select g.source_url
    from newest n join property_manager.sightings g on g.session_id = n.session_id
    where n.is_scan and g.moved is null
    union all
    select g.source_url
    from newest n join public.property_scrapes_staging g on g.session_id = n.session_id
    where not n.is_scan
  ), drawn as (
    -- more than are needed: some may be new, or sold and still shown
    select source_url from shown order by random() limit p_limit * 5
  )
  select l.property_id, l.source_url
  from drawn d
  cross join lateral /*use listing_at p_source, d.source_url*/ l
  where l.status = 'active'
  limit p_limit
$$;

-- Takes answers of pages in an open verification. A page that is there resets the misses of its listing; any
-- other is asked again, one that says nothing each time later. What is gone counts when the verification
-- ends.
-- In: [{property_id, url, answer, sign, status, page_hash, is_canary}]; the time, if it is not now.
create function api.note_checks(
  p_session uuid, p_writer uuid, p_known bigint, p_checks jsonb, p_now timestamptz
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source integer;
  v_now    constant timestamptz := property_manager.moment_done(coalesce(p_now, clock_timestamp()));
begin
  perform property_manager.require_writer(p_session, p_writer, p_known);
  select source_id into v_source from public.scraping_sessions where id = p_session;
  with noted as (
    insert into property_manager.page_checks (source_id, property_id, session_id, url, answer, sign, status,
      page_hash, is_canary, checked_at)
    select v_source, c.property_id, p_session, c.url, c.answer, c.sign, c.status, c.page_hash, c.is_canary,
      v_now
    from jsonb_to_recordset(p_checks) as c (property_id text, url text, answer text, sign text,
      status integer, page_hash text, is_canary boolean)
    where not exists (select from property_manager.page_checks k
      where k.source_id = v_source and k.property_id = c.property_id and k.session_id = p_session
        and not k.is_canary)
    returning *
  ), asked as materialized (
    select n.id, n.property_id, n.answer from noted n where not n.is_canary
  ), there as (
    delete from property_manager.gone_candidates g using asked a
    where a.answer = 'alive' and g.source_id = v_source and g.property_id = a.property_id
    returning g.scope_id, g.property_id
  ), reset as (
    update property_manager.listing_scopes k
    set misses = 0, missed_at = null, missed_content = null, seen_at = greatest(k.seen_at, v_now)
    from there t
    where k.scope_id = t.scope_id and k.property_id = t.property_id
  )
  update property_manager.gone_candidates g
  set unknowns = case when a.answer = 'unknown' then least(g.unknowns + 1, 7) else 0 end,
      next_check = v_now + case when a.answer = 'gone' then interval '1 hour'
        else make_interval(hours => (2 ^ g.unknowns)::integer) end
  from asked a
  where a.answer <> 'alive' and g.source_id = v_source and g.property_id = a.property_id;
end
$$;

-- Lets what a verification found gone count: as the first proof of its listing, or as the second if it comes
-- long enough after the first.
create function property_manager.count_proofs(p_session public.scraping_sessions) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with apart as (
    select make_interval(secs => 3600 * (f.facts #>> '{removal,hours_apart}')::float8) as time
    from public.sources f where f.id = p_session.source_id
  ), proofs as materialized (
    select c.id, c.property_id, c.checked_at from property_manager.page_checks c
    where c.session_id = p_session.id and c.answer = 'gone' and not c.is_canary
  )
  update property_manager.gone_candidates g
  set first_proof = coalesce(g.first_proof, p.id),
      last_proof = case when p.checked_at >= apart.time + (
        select k.checked_at from property_manager.page_checks k where k.id = g.first_proof) then p.id end,
      next_check = p.checked_at + apart.time
  from proofs p, apart
  where g.source_id = p_session.source_id and g.property_id = p.property_id
$$;

-- Ends a verification. A suspect one proves nothing: what it found gone is asked again. Else the candidates
-- that are proven gone wait for its sync; without any there is nothing to sync.
-- Out: how many are proven.
create function api.end_verification(
  p_session uuid, p_writer uuid, p_known bigint, p_verdict text, p_reason text, p_now timestamptz
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_session public.scraping_sessions;
  v_proven  bigint;
begin
  select * into v_session from public.scraping_sessions where id = p_session;
  if v_session.status <> 'completed' or v_session.writer is distinct from p_writer then
    perform property_manager.require_writer(p_session, p_writer, p_known);
    if p_verdict <> 'suspect' then
      perform property_manager.count_proofs(v_session);
    end if;
  end if;
  select count(*) into v_proven from property_manager.gone_candidates
  where source_id = v_session.source_id and last_proof is not null and p_verdict <> 'suspect';
  update public.scraping_sessions
  set status = 'completed', verdict = p_verdict, verdict_reason = p_reason,
      sync_status = case when v_proven > 0 then 'pending' else 'scanned' end,
      completed_at = case when p_now is null then property_manager.next_completion(source_id)
        else property_manager.moment_done(p_now) end,
      heartbeat_at = clock_timestamp()
  where id = p_session and status = 'running';
  return v_proven;
end
$$;

-- How the site of a source answers for a listing that never was, and when that was measured.
create function api.gone_sign(p_source text) returns table (sign jsonb, measured_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.sign, g.measured_at
  from public.sources f join property_manager.gone_signs g on g.source_id = f.id where f.name = p_source
$$;

-- Stores that sign.
create function api.note_gone_sign(p_source text, p_sign jsonb, p_now timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.gone_signs as g (source_id, sign, measured_at)
  select f.id, p_sign, coalesce(p_now, clock_timestamp()) from public.sources f where f.name = p_source
  on conflict (source_id) do update set sign = excluded.sign, measured_at = excluded.measured_at
$$;
