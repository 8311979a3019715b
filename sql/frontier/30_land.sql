-- What workers have fetched lands: the rows of a page and what became of it, in one transaction.

-- Stages the rows of pages and ends the claims on them, as one: a page whose rows have landed is not claimed
-- any more, and one that is claimed has landed nothing. So it does not matter where a worker is killed, how
-- often it repeats a call, or how late it is: the rows of a page that is no longer its own are passed over.
-- The session counts the pages that were queued because they are new or have another price: the guard
-- expects these to change.
-- In: what touch_session takes; the worker; its pages [{id, outcome, status, message, retries, again_in,
-- etag, last_modified, content_hash}], again_in: seconds until it is tried again; their rows in order, each
-- an object of the columns of staging as COPY writes them, with `page` and `place`.
-- Out: of each page, whether it has landed by this call or an earlier one of this session.
create function api.land_pages(
  p_session uuid, p_writer uuid, p_known bigint, p_found integer, p_current_page integer,
  p_total_pages integer, p_pages_scraped integer, p_pages_failed integer, p_worker uuid, p_pages json,
  p_rows json
) returns table (page bigint, landed boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare
  v_source public.sources;
  v_rules  bigint;
  v_mine   bigint[];
  v_base   integer;
begin
  -- locks the session: its rows are numbered by one call after the other
  perform api.touch_session(p_session, p_writer, p_known, p_found, p_current_page, p_total_pages,
    p_pages_scraped, p_pages_failed);
  select f.* into v_source
  from public.scraping_sessions s join public.sources f on f.id = s.source_id where s.id = p_session;
  v_rules := property_manager.rules_version(v_source.name);
  v_mine := array(
    select f.id from property_manager.frontier f
    where f.id = any (array(select (p ->> 'id')::bigint from json_array_elements(p_pages) p))
      and f.state = 'claimed' and f.claimed_by = p_worker
    order by f.url_key for update);
  v_base := (
    select coalesce(max(g.row_no), 0) from public.property_scrapes_staging g where g.session_id = p_session);

  insert into public.property_scrapes_staging (
    session_id, row_no, fingerprint_version, fingerprint, kept, problem, issues, evidence, raw_bytes, raw,
    /*each all ", "*/{name}/*end*/
  )
  select p_session, v_base + row_number() over (order by r.place), r.fingerprint_version, r.fingerprint,
    r.kept, r.problem, r.issues::jsonb, r.evidence::jsonb, r.raw_bytes, r.raw::json,
    /*each all ", "*/r.{name}::{sql}/*end*/
  from json_to_recordset(p_rows) r (
    page bigint, place integer, fingerprint_version smallint, fingerprint bigint, kept bytea, problem text,
    issues text, evidence text, raw_bytes bytea, raw text,
    /*each all ", "*/{name} text/*end*/
  )
  where r.page = any (v_mine);

  insert into property_manager.unchanged_pages (session_id, listing_id)
  select p_session, f.listing_id
  from json_to_recordset(p_pages) p (id bigint, outcome text)
  join property_manager.frontier f on f.id = p.id
  where f.id = any (v_mine) and p.outcome = 'unchanged'
    and /*use page_holds f, v_source.name, v_source.facts_hash, v_rules*/
  on conflict do nothing;

  insert into public.scraping_errors (session_id, url, error_type, error_message, retry_count)
  select p_session, f.url, p.outcome, p.message, p.retries
  from json_to_recordset(p_pages) p (id bigint, outcome text, message text, retries integer, again_in float8)
  join property_manager.frontier f on f.id = p.id
  where f.id = any (v_mine) and p.again_in is null and property_manager.is_failure(p.outcome);

  update public.scraping_sessions s
  set filters_applied = jsonb_set(s.filters_applied, '{crawl,moved}',
    to_jsonb(coalesce((s.filters_applied #>> '{crawl,moved}')::integer, 0) + n.moved))
  from (
    select count(*) as moved
    from json_to_recordset(p_pages) p (id bigint, outcome text)
    join property_manager.frontier f on f.id = p.id
    where f.id = any (v_mine) and p.outcome = 'staged' and f.priority <= 2
  ) n
  where s.id = p_session and n.moved > 0;

  perform property_manager.end_claims(v_source, p_session, v_mine, p_pages, v_rules);
  return query
  select f.id, f.session_id = p_session and f.claimed_by is distinct from p_worker
  from property_manager.frontier f
  where f.id = any (array(select (p ->> 'id')::bigint from json_array_elements(p_pages) p));
end
$$;

-- Whether a page was asked for in vain.
create function property_manager.is_failure(p_outcome text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_outcome in ('failed', 'refused', 'disallowed', 'unreadable')
$$;

-- Ends claims as the worker says. A page that was queued again meanwhile waits; so does one that has not
-- changed where the listing has: it was edited, or left the market, since the page was claimed.
create function property_manager.end_claims(
  p_source public.sources, p_session uuid, p_mine bigint[], p_pages json, p_rules bigint
) returns void
language sql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  update property_manager.frontier f
  set claimed_by = null, leased_until = null, queued_again = false, session_id = p_session,
    outcome = p.outcome, http_status = p.status, message = p.message, ended_at = clock_timestamp(),
    state = case when f.queued_again or p.again_in is not null or p.moved then 'waiting'
      when property_manager.is_failure(p.outcome) then 'failed' else 'done' end,
    attempts = case when f.queued_again or p.moved then 0 else f.attempts end,
    not_before = case when p.again_in is not null and not f.queued_again
      then clock_timestamp() + make_interval(secs => p.again_in) end,
    etag = case p.outcome when 'staged' then p.etag else f.etag end,
    last_modified = case p.outcome when 'staged' then p.last_modified else f.last_modified end,
    content_hash = case p.outcome when 'staged' then p.content_hash else f.content_hash end,
    facts_hash = case p.outcome when 'staged' then p_source.facts_hash else f.facts_hash end,
    listing_id = case p.outcome when 'staged' then null else f.listing_id end,
    fingerprint = case p.outcome when 'staged' then null else f.fingerprint end
  from (
    select g.*, g.outcome = 'unchanged' and not (
      /*use page_holds known, p_source.name, p_source.facts_hash, p_rules*/) as moved
    from json_to_recordset(p_pages) g (id bigint, outcome text, status smallint, message text,
      again_in float8, etag text, last_modified text, content_hash uuid)
    join property_manager.frontier known on known.id = g.id
    where g.id = any (p_mine)
  ) p
  where f.id = p.id
$$;
