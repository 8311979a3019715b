-- What doctor looks at in the database: one row a check, green when `found` is 0.
create function property_manager.doctor() returns table (check_name text, found bigint, detail text, next_step text)
language sql stable security definer set search_path = '' as $$
  with mismatches as (select * from property_manager.fold_mismatches())
  select 'live is the fold of its audit', count(*), min(format('%s %s: %s is %s, the audit says %s', source, property_id, field_name, live, audit)),
    'somebody wrote properties_live directly: see these listings in property_changes'
  from mismatches
  union all
  select 'every row of a synced session has one outcome', count(*), min(format('session %s: %s rows in buckets, %s staged', m.session_id,
      m.new_properties + m.updated_properties + m.unchanged_properties + m.reactivated_properties + m.quarantined_properties + m.superseded_rows,
      m.total_scraped)), 'report it: a sync lost count'
  from public.sync_metadata m
  where m.sync_status = 'completed' and m.total_scraped <> m.new_properties + m.updated_properties + m.unchanged_properties
    + m.reactivated_properties + m.quarantined_properties + m.superseded_rows
  union all
  select 'the feed has no gap', count(*), min(format('position %s is missing', missing)), 'report it: a change set was lost'
  from (
    select generate_series(1, f.position) as missing from property_manager.feed f
    except select position from property_manager.change_sets
  ) gaps
  union all
  select 'every change belongs to a change set', count(*), min(format('change %s', c.id)), 'report it: a change was written outside a sync'
  from public.property_changes c
  where not exists (select from property_manager.change_sets s where s.id = c.change_set_id)
  union all
  select 'no sync holds a source without working', count(*), min(format('source %s, session %s, since %s', f.name, l.session_id, l.leased_until)),
    'the next sync of the source takes it over'
  from property_manager.leases l join public.sources f on f.id = l.source_id
  where l.leased_until < clock_timestamp()
  union all
  select 'no scrape stopped half-way', count(*), min(format('session %s, silent since %s', s.id, s.heartbeat_at)),
    'resume it: scrape --resume SESSION, or leave it to cleanup'
  from public.scraping_sessions s
  where s.status = 'running' and s.heartbeat_at < clock_timestamp() - interval '1 hour'
  union all
  select 'views are up to date with the feed', count(*), min(format('%s stands at %s of %s: %s', w.name, w.position, f.position, coalesce(w.error, 'not run'))),
    'they follow the next sync; run it by hand: select refresh_property_stats()'
  from property_manager.subscribers w, property_manager.feed f
  where w.position < f.position and w.error is not null
  union all
  select 'service_role cannot write live or its audit', count(*), min(format('%s on %s', p.privilege, p.table_name)),
    'revoke it, then run: property-manager db migrate'
  from (
    select t.table_name, r.privilege
    from (values ('public.properties_live'), ('public.property_changes'), ('property_manager.plans'), ('property_manager.listing_state')) t (table_name)
    cross join (values ('insert'), ('update'), ('delete'), ('truncate')) r (privilege)
    where pg_catalog.has_table_privilege('service_role', t.table_name, r.privilege)
  ) p
  union all
  select 'readers cannot write', count(*), min(format('%s may %s %s', p.role_name, p.privilege, p.table_name)), 'revoke it'
  from (
    select a.role_name, t.relname as table_name, r.privilege
    from pg_catalog.pg_class t
    cross join (values ('anon'), ('authenticated')) a (role_name)
    cross join (values ('insert'), ('update'), ('delete'), ('truncate')) r (privilege)
    where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p')
      and t.relowner = 'property_manager_owner'::regrole
      and pg_catalog.has_table_privilege(a.role_name, t.oid, r.privilege)
  ) p
  union all
  select 'row-level security is on', count(*), min(t.relname), 'alter table … enable row level security'
  from pg_catalog.pg_class t
  where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p') and not t.relrowsecurity
    and t.relowner = 'property_manager_owner'::regrole
  union all
  select 'tables have every declared column', count(*), min(format('%s.%s should be %s', t.table_name, f.name, f.sql_type)),
    'run: property-manager db migrate'
  from property_manager.listing_fields f
  cross join (values ('property_scrapes_staging'), ('properties_live')) t (table_name)
  where not exists (
    select from pg_catalog.pg_attribute a
    where a.attrelid = format('public.%I', t.table_name)::regclass and a.attname = f.name and not a.attisdropped
      and replace(pg_catalog.format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz') = f.sql_type
  )
$$;
grant execute on function property_manager.doctor to service_role;
