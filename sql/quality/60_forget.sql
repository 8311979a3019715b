-- What is kept of measures when their sessions are removed.

-- Forgets what was measured of sessions that are being removed. Of those that were applied, their profiles
-- and the measures of the record as a whole stay, of the newest sixty of each scope: with those a session is
-- compared.
create function property_manager.forget_measures(p_sessions uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_all constant uuid[] := array(
    select p.session_id
    from (
      select o.session_id, row_number() over (partition by o.scope_id order by o.completed_at desc) as nth
      from property_manager.session_profiles o
    ) p
    left join public.scraping_sessions s on s.id = p.session_id
    where (s.id = any (p_sessions) and s.sync_status <> 'completed')
      or (p.nth > 60 and (s.id is null or s.id = any (p_sessions))));
begin
  delete from property_manager.session_profiles where session_id = any (v_all);
  delete from property_manager.quality_anomalies where session_id = any (v_all);
  delete from property_manager.quality_measures
  where session_id = any (v_all) or (session_id = any (p_sessions) and (field <> '' or rule_name <> ''));
end
$$;
