-- Staged rows: raw text, parsed columns, and what is stored beside them.

-- The open sessions in which a batch of rows may be on its way that was cleaned before the erasure was
-- recorded. Any later call of their writers is refused until they know of it (require_writer).
create function api.open_sessions(p_erasure bigint) returns table (session_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id
  from public.scraping_sessions s
  join property_manager.erasures e on e.id = p_erasure and (e.source_id is null or s.source_id in (
    select h.source_id from property_manager.same_homes(e.source_id, e.property_id) h))
  where s.status = 'running'
  order by s.created_at, s.id
$$;

-- Waits until the batch that a session's writer is sending has landed or failed, and keeps nobody waiting
-- afterwards. In: how long at most.
create function api.await_batch(p_session uuid, p_seconds double precision) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('lock_timeout', greatest(1, round(1000 * p_seconds))::text, true);
  perform from public.scraping_sessions where id = p_session for share;
exception when lock_not_available then
  raise exception 'session % has been sending one batch of rows for more than % s', p_session, p_seconds
    using errcode = 'PMBSY', hint = 'run the same again when it has landed, or end its writer first; the '
      'erasure is noted and goes on where it stopped';
end
$$;

-- Overwrites staged rows. A contact cell becomes null; the raw row of an erased listing goes as a whole. The
-- fingerprint goes too: with all other columns known, a guessed phone number could be checked by it.
-- In: the erasure; patterns of the contact: in text, in text that may be cut short, as a number, as a coarse
-- screen. Out: {table: rows}.
create function api.erase_staged(p_erasure bigint, p_pattern text, p_truncated text, p_bare text,
  p_screen text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_names   text[];
  v_homes   text[];
  v_erasure property_manager.erasures;
  v_whole   boolean;
  v_rows    bigint;
begin
  select * into v_erasure from property_manager.erasures where id = p_erasure;
  v_whole := v_erasure.kind = 'listing';
  select array_agg(h.property_id), array_agg(n.id || '/' || h.property_id) into v_names, v_homes
  from property_manager.same_homes(v_erasure.source_id, v_erasure.property_id) h
  left join public.scraping_sessions n on n.source_id = h.source_id;
  update public.property_scrapes_staging s
  set
    /*each compare=text ", "*/{name} = case
      when '{name}' = any (v_erasure.fields) or ('{group}' = 'contact' and s.{name} ~ p_pattern) then null
      else /*use erased_text s.{name}, p_pattern*/ end/*end*/,
    /*each compare=set+compare=ordered+compare=deep ", "*/{name} = case
      when '{name}' = any (v_erasure.fields) then null
      when s.{name}::text ~ p_pattern
        then property_manager.erased_json(s.{name}::text, p_pattern, p_bare)::jsonb
      else s.{name} end/*end*/,
    /*each compare=exact+compare=percent+compare=absolute ", "*/{name} = case
      when '{name}' = any (v_erasure.fields) then null
      else s.{name} end/*end*/,
    address_normalized = case when 'address' = any (v_erasure.fields) then null
      else /*use erased_text s.address_normalized, p_pattern*/ end,
    fingerprint = case when s.fingerprint is not null then hashtextextended(gen_random_uuid()::text, 0) end,
    problem = /*use erased_text s.problem, p_truncated*/,
    issues = (
      select jsonb_agg(case when i.issue::text ~ p_truncated
        then property_manager.erased_json(i.issue::text, p_truncated, p_bare)::jsonb else i.issue end
        order by i.nth)
      from jsonb_array_elements(s.issues) with ordinality i (issue, nth)
      where coalesce(i.issue ->> 'field', '') <> all (v_erasure.fields)
    ),
    evidence = case when not v_whole
      then property_manager.erased_json(s.evidence::text, p_truncated, p_bare)::jsonb end,
    raw = case when not v_whole then property_manager.erased_json(s.raw::text, p_pattern, p_bare)::json end,
    raw_bytes = case when not v_whole then property_manager.erased_bytes(s.raw_bytes, p_pattern) end
  where case when v_whole
    then s.property_id = any (v_names)
      and (s.raw is not null or s.raw_bytes is not null or s.evidence is not null
        or /*each compared " or "*/('{name}' = any (v_erasure.fields) and s.{name} is not null)/*end*/)
      and s.session_id || '/' || s.property_id = any (v_homes)
    else property_manager.contains_contact(
      concat_ws(E'\n', s.raw, encode(s.raw_bytes, 'escape'), s.address_normalized,
        /*each compare=text+compare=set+compare=ordered+compare=deep ", "*/s.{name}/*end*/), p_screen,
        p_pattern)
      or property_manager.contains_contact(concat_ws(E'\n', s.issues, s.evidence, s.problem), p_screen,
        p_truncated)
    end;
  get diagnostics v_rows = row_count;
  return property_manager.count_erased(p_erasure, jsonb_build_object('property_scrapes_staging', v_rows));
end
$$;
