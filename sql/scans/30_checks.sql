-- Candidates for removal: their pages are asked whether the listing is gone, and the answers are kept.

-- The candidates of a source whose page is to be asked now, those that wait longest first.
create function api.checks_due(p_source text, p_now timestamptz) returns table (property_id text, url text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.property_id, l.source_url
  from public.sources f
  join property_manager.gone_candidates g on g.source_id = f.id
  cross join lateral /*use listing_of f.name, g.property_id*/ l
  where f.name = p_source and g.next_check <= coalesce(p_now, clock_timestamp())
    -- proven already: it waits for its plan
    and g.last_proof is null
  order by g.next_check, g.property_id
  limit (select (s.facts #>> '{removal,checks}')::integer from public.sources s where s.name = p_source)
$$;

-- Listings that are known to be there, any of those that the source's newest scan showed: their pages must
-- say so, or no other page is believed.
create function api.canaries(p_source text, p_limit integer) returns table (property_id text, url text)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  with newest as (
    select n.session_id from public.sources f join property_manager.scans n on n.source_id = f.id
    where f.name = p_source and n.verdict <> 'suspect' and n.shown > 0
    order by n.ended_at desc limit 1
  ), drawn as (
    -- more than are needed: some may be new, or sold and still shown
    select g.source_url from property_manager.sightings g
    where g.session_id = (select session_id from newest) and g.moved is null
    order by random() limit p_limit * 5
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
