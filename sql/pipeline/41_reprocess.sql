-- Marks quarantined rows that were staged anew in a session, which reports what becomes of them.
create function api.quarantine_reprocessed(p_ids bigint[], p_session uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.quarantine
  set status = 'reprocessed', decided_at = now(), reprocessed_in = p_session
  where id = any (p_ids) and status = 'open'
$$;

-- Opens them again, as that session is discarded: they are not live, and nobody has decided on them.
create function property_manager.reopen_reprocessed(p_session uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.quarantine
  set status = 'open', decided_at = null, reprocessed_in = null
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
