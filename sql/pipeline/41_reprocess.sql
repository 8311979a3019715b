-- Marks quarantined rows that were staged anew; the new session reports what becomes of them.
create function api.quarantine_reprocessed(p_ids bigint[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.quarantine set status = 'reprocessed', decided_at = now()
  where id = any (p_ids) and status = 'open'
$$;
