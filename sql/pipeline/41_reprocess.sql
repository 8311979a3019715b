-- Marks quarantined rows that were staged anew in a session, which reports what becomes of them; it is a line
-- of the admin audit. Refuses where somebody decided on one of them meanwhile. Repeated, it changes nothing.
create function api.quarantine_reprocessed(p_ids bigint[], p_session uuid, p_actor text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_taken bigint[];
  v_other property_manager.quarantine;
begin
  with chosen as (
    select q.id from property_manager.quarantine q
    where q.id = any (p_ids) and q.status = 'open' order by q.id for update
  ), taken as (
    update property_manager.quarantine q
    set status = 'reprocessed', decided_at = now(), decided_by = p_actor, reprocessed_in = p_session
    from chosen c where q.id = c.id
    returning q.id
  )
  select array_agg(t.id order by t.id) into v_taken from taken t;
  select q.* into v_other from property_manager.quarantine q
  where q.id = any (p_ids) and q.reprocessed_in is distinct from p_session limit 1;
  if found then
    raise exception 'row % is %: it was decided on meanwhile', v_other.id,
      v_other.status || property_manager.decided(v_other.decided_by, v_other.decided_at)
      using errcode = 'PMOLD', hint = 'see quarantine show ' || v_other.id;
  end if;
  if v_taken is not null then
    perform property_manager.note_decided(p_actor, 'reprocess', jsonb_build_object(
      'rows', cardinality(v_taken), 'ids', v_taken[1:1000], 'session', p_session));
  end if;
end
$$;

-- Opens them again, as that session is discarded: they are not live, and nobody has decided on them.
create function property_manager.reopen_reprocessed(p_session uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.quarantine
  set status = 'open', decided_at = null, decided_by = null, reprocessed_in = null
  where reprocessed_in = p_session and status = 'reprocessed'
$$;

-- Where and when a row that was reprocessed was shown: in the scope of the session that it came with, unless
-- that was covered again since and did not show it, and at its time. In: the session that took it again.
create function property_manager.shown_first(p_session public.scraping_sessions, p_property_id text,
  out scope_id integer, out seen_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when f.watermark > m.completed_at then p_session.scope_id else m.scope_id end, m.completed_at
  from property_manager.quarantine q
  join public.scraping_sessions m on m.id = q.session_id
  join property_manager.scopes f on f.id = m.scope_id
  where q.reprocessed_in = p_session.id and q.property_id = p_property_id
  order by m.completed_at desc
  limit 1
$$;
