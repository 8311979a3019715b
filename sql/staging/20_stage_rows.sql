-- Called before each batch of staged rows, in its transaction: proves that the writer still owns the open
-- session and knows of every erasure, and stores its progress.
-- In: the newest erasure that the writer knows of; the figures; null leaves a figure as it is.
create function api.touch_session(
  p_session uuid, p_writer uuid, p_known bigint, p_found integer,
  p_current_page integer default null, p_total_pages integer default null,
  p_pages_scraped integer default null, p_pages_failed integer default null
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_writer(p_session, p_writer, p_known);
  update public.scraping_sessions
  set properties_found = p_found,
      current_page = coalesce(p_current_page, current_page),
      total_pages = coalesce(p_total_pages, total_pages),
      pages_scraped = coalesce(p_pages_scraped, pages_scraped),
      pages_failed = coalesce(p_pages_failed, pages_failed)
  where id = p_session;
end
$$;

-- Refuses a caller that is not, or no longer, the writer of the open session; records a heartbeat of the one
-- that is. It locks the session until the transaction ends, and only then looks for erasures: one that was
-- recorded later waits for this transaction (api.await_batch) and overwrites what it has written.
-- In: the newest erasure that the writer knows of.
create function property_manager.require_writer(p_session uuid, p_writer uuid, p_known bigint)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.scraping_sessions set heartbeat_at = clock_timestamp()
  where id = p_session and status = 'running' and writer = p_writer;
  if not found then
    raise exception 'session % is no longer ours to write: it has ended or another process resumed it',
      p_session
      using errcode = 'PMTKN', hint = 'see session-details --session-id ' || p_session;
  end if;
  perform property_manager.require_erasures_known(
    (select source_id from public.scraping_sessions where id = p_session), p_known);
end
$$;

-- Refuses a writer that does not know of every erasure of its source: what it sends may hold what was erased.
create function property_manager.require_erasures_known(p_source integer, p_known bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from property_manager.erasures e
    where e.id > coalesce(p_known, 0) and e.lifted_at is null
      and (e.source_id is null or e.source_id = p_source or p_source in (
        select h.source_id from property_manager.same_homes(e.source_id, e.property_id) h))
  ) then
    raise exception 'something was erased since this writer loaded the list of erasures'
      using errcode = 'PMERA', hint = 'load it (api.suppressions), and clean what was to be written';
  end if;
end
$$;

-- Records a page that failed; one that fails again, in a resumed session, is still one error.
create function api.record_error(
  p_session uuid, p_writer uuid, p_known bigint, p_url text, p_type text, p_message text, p_retries integer
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_writer(p_session, p_writer, p_known);
  update public.scraping_errors
  set error_type = p_type, error_message = p_message, retry_count = retry_count + 1 + p_retries
  where session_id = p_session and url = p_url and not resolved;
  if not found then
    insert into public.scraping_errors (session_id, url, error_type, error_message, retry_count)
    values (p_session, p_url, p_type, p_message, p_retries);
  end if;
end
$$;

-- Resolves the errors of pages that work now.
create function api.resolve_errors(p_session uuid, p_writer uuid, p_known bigint, p_urls text[])
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_writer(p_session, p_writer, p_known);
  update public.scraping_errors set resolved = true
  where session_id = p_session and url = any (p_urls) and not resolved;
end
$$;
