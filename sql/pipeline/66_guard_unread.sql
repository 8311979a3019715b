-- Fields that the session fills with what cannot be read. What was approved is not held again: the last
-- applied session of the scope had it too. Rows out of quarantine go back there one by one.
create function property_manager.guard_unread(p_session public.scraping_sessions)
returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'cells_unread', format('%s; correct the mapping, the recipe or the file, or approve the plan, which '
    'leaves live as it is there', m.sentence)
  from property_manager.mostly_unread(p_session) m
  where not exists (
      select from property_manager.scopes k where k.id = p_session.scope_id and k.name = '(reprocessed)')
    and not exists (
      select
      from (
        select b.* from public.scraping_sessions b
        where b.scope_id = p_session.scope_id and b.sync_status = 'completed' and b.id <> p_session.id
        order by b.completed_at desc limit 1
      ) before
      cross join lateral property_manager.unread_fields(before) u
      where u.field = m.field
        and 2 * u.cells::bigint * p_session.properties_found >= m.cells::bigint * before.properties_found)
$$;
