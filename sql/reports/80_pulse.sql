-- What tells a page that it is out of date.

-- The state of each topic as a text that is another one once something of it was committed; `code`: the
-- version of this code. It costs a few looks at the end of an index, and none at listings.
create function api.pulse()
returns table (topic text, state text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.topic, t.state
  from (
    select concat_ws(' ', f.position, f.revision) as feed from property_manager.feed f
  ) f
  cross join lateral (values
    ('feed', f.feed),
    ('sessions', concat_ws(' ',
      (select max(s.created_at) from public.scraping_sessions s),
      (select max(s.completed_at) from public.scraping_sessions s),
      (select max(s.heartbeat_at) from public.scraping_sessions s where s.status = 'running'),
      (select max(m.id) from public.sync_metadata m),
      (select max(m.completed_at) from public.sync_metadata m),
      (select count(*) from public.sync_metadata m where m.sync_status = 'running'),
      (select max(p.id) from property_manager.pauses p),
      (select count(*) from property_manager.pauses p where p.ended_at is null))),
    ('plans', concat_ws(' ',
      (select max(p.created_at) from property_manager.plans p),
      (select max(p.decided_at) from property_manager.plans p),
      (select count(*) from property_manager.plans p
        where p.status in ('draft', 'ready', 'held', 'approved')))),
    ('quarantine', concat_ws(' ',
      (select max(q.id) from property_manager.quarantine q),
      (select max(q.decided_at) from property_manager.quarantine q))),
    ('homes', concat_ws(' ', (select max(e.id) from property_manager.home_events e),
      (select concat_ws(' ', p.position, p.waiting_at) from property_manager.linkage_progress p))),
    ('jobs', concat_ws(' ',
      (select concat_ws(' ', count(*), max(j.changed_at), max(j.next_due)) from property_manager.jobs j),
      (select concat_ws(' ', max(r.id), max(r.ended_at)) from property_manager.job_runs r))),
    ('code', (select c.version from property_manager.code_version c))
  ) t (topic, state)
$$;
