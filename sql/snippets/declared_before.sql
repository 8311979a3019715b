-- declared_before(session)
-- The fields that the last applied session of the same scope declared, or null.
select before.declared_fields from public.scraping_sessions before
where before.scope_id = {session}.scope_id and before.sync_status = 'completed' and before.id <> {session}.id
order by before.completed_at desc limit 1
