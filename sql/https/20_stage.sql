-- How many rows a session has staged, null when there is none: over HTTPS a sync is for so many only.
create function api.session_rows(p_session uuid) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select properties_found from public.scraping_sessions where id = p_session
$$;

-- Stages a batch of rows with the session's progress, in one transaction, as a direct writer does by COPY.
-- Rows that have landed already, by a call whose answer was lost, are passed over.
-- In: what touch_session takes; the last row that the writer knows to have landed; the rows, each an object
-- of the columns of staging as COPY writes them.
-- Out: the number of the last row that has landed.
create function api.stage_rows(
  p_session uuid, p_writer uuid, p_known bigint, p_found integer, p_current_page integer,
  p_total_pages integer, p_pages_scraped integer, p_pages_failed integer, p_landed integer, p_rows json
) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_landed integer;
begin
  perform api.touch_session(p_session, p_writer, p_known, p_found, p_current_page, p_total_pages,
    p_pages_scraped, p_pages_failed);
  v_landed := p_landed + api.rows_landed(p_session, p_landed);
  insert into public.property_scrapes_staging (
    session_id, row_no, fingerprint_version, fingerprint, kept, problem, issues, evidence, raw_bytes, raw,
    /*each all ", "*/{name}/*end*/
  )
  select p_session, r.row_no, r.fingerprint_version, r.fingerprint, r.kept, r.problem,
    r.issues::jsonb, r.evidence::jsonb, r.raw_bytes, r.raw::json,
    /*each all ", "*/r.{name}::{sql}/*end*/
  from json_to_recordset(p_rows) r (
    row_no integer, fingerprint_version smallint, fingerprint bigint, kept bytea, problem text,
    issues text, evidence text, raw_bytes bytea, raw text,
    /*each all ", "*/{name} text/*end*/
  )
  where r.row_no > v_landed;
  return greatest(v_landed, (select max((r ->> 'row_no')::integer) from json_array_elements(p_rows) r));
end
$$;

-- The same of county records.
create function api.stage_records(
  p_session uuid, p_writer uuid, p_known bigint, p_found integer, p_current_page integer,
  p_total_pages integer, p_pages_scraped integer, p_pages_failed integer, p_landed integer, p_rows json
) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_landed integer;
begin
  perform api.touch_session(p_session, p_writer, p_known, p_found, p_current_page, p_total_pages,
    p_pages_scraped, p_pages_failed);
  v_landed := p_landed + api.rows_landed(p_session, p_landed);
  insert into county.staging (session_id, row_no, record_id, content, fingerprint, fingerprint_version,
    problem, issues, evidence, raw, raw_bytes)
  select p_session, r.row_no, r.record_id, r.content::jsonb, r.fingerprint, r.fingerprint_version, r.problem,
    r.issues::jsonb, r.evidence::jsonb, r.raw::json, r.raw_bytes
  from json_to_recordset(p_rows) r (row_no integer, record_id text, content text, fingerprint bigint,
    fingerprint_version smallint, problem text, issues text, evidence text, raw text, raw_bytes bytea)
  where r.row_no > v_landed;
  return greatest(v_landed, (select max((r ->> 'row_no')::integer) from json_array_elements(p_rows) r));
end
$$;
