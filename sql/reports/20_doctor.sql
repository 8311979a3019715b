-- The tables of ours that a role may write, and how; a grant on one column counts.
create function property_manager.writable_by(p_role text) returns table (table_name text, privilege text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('%I.%I', t.relnamespace::regnamespace::text, t.relname), r.privilege
  from pg_catalog.pg_class t
  cross join (values ('insert'), ('update'), ('delete'), ('truncate'), ('references'), ('trigger'))
    r (privilege)
  where t.relkind in ('r', 'p', 'v', 'm') and t.relowner = 'property_manager_owner'::regrole
    and t.relnamespace in ('public'::regnamespace, 'property_manager'::regnamespace, 'county'::regnamespace)
    and case
      when r.privilege in ('insert', 'update', 'references')
        then pg_catalog.has_any_column_privilege(p_role, t.oid, r.privilege)
      else pg_catalog.has_table_privilege(p_role, t.oid, r.privilege)
    end
$$;

-- The checks of doctor in the database: a row per check, which passes when `found` is 0.
create function api.doctor() returns table (check_name text, found bigint, detail text, next_step text)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with mismatches as (select * from property_manager.fold_mismatches())
  select 'live is the fold of its audit', count(*),
    min(format('%s %s: %s is %s, the audit says %s', source, property_id, field_name, live, audit)),
    coalesce(
      min(format('see which is right: property-manager explain --source %1$s --property-id %2$s; '
        'to take what the audit says: property-manager pin --source %1$s --property-id %2$s --field %3$s '
        '--value %4$s', property_manager.shell_word(source), property_manager.shell_word(property_id),
        field_name, property_manager.shell_word(audit #>> '{}')))
        filter (where property_id is not null and audit is not null and length(audit::text) <= 200),
      'live has what the audit lacks, or lacks a listing: restore a backup by pg_restore')
  from mismatches
  union all
  select 'live county records are the fold of their audit', count(*),
    min(format('%s %s of %s: %s is %s, the audit says %s', m.kind, m.record_id, m.source, m.field_name,
      m.live, m.audit)),
    min(format('see which is right: property-manager county explain %s %s; then restore a backup by '
      'pg_restore', m.kind, property_manager.shell_word(m.record_id)))
  from property_manager.record_mismatches() m
  union all
  select 'every row of a synced session has one outcome', count(*),
    min(format('session %s: %s rows in buckets, %s staged', m.session_id,
      /*each outcome " + "*/m.{name}/*end*/,
      m.total_scraped)), 'restore a backup by pg_restore, or report it: a sync lost count'
  from public.sync_metadata m
  where m.sync_status = 'completed' and m.total_scraped <> /*each outcome " + "*/m.{name}/*end*/
  union all
  select 'the feed has no gap', count(*), min(format('position %s is missing', missing)),
    'restore a backup by pg_restore: a change set was lost'
  from (
    select generate_series(1, f.position) as missing from property_manager.feed f
    except select position from property_manager.change_sets
  ) gaps
  union all
  select 'every change belongs to a change set', count(*), min(format('change %s', c.id)),
    'restore a backup by pg_restore: a change was written past the functions'
  from (
    select p.id, p.change_set_id from public.property_changes p
    union all
    select p.id, p.change_set_id from county.changes p
  ) c
  where not exists (select from property_manager.change_sets s where s.id = c.change_set_id)
  union all
  select 'listings on the market are counted', count(*), min(format('%s, %s', m.source, m.detail)),
    min(format('in SQL, as service_role: select api.recount_market(%L)', m.source))
  from (
    select * from property_manager.miscounted_markets()
    union all
    select * from property_manager.miscounted_maps()
  ) m
  union all
  select 'no sync holds a source without working', count(*),
    min(format('source %s, session %s, since %s', f.name, l.session_id, l.leased_until)),
    'run: property-manager repair (or the next sync of the source takes it over)'
  from property_manager.leases l join public.sources f on f.id = l.source_id
  where property_manager.is_abandoned(l.source_id)
  union all
  select 'every sync that runs has a worker', count(*),
    min(format('the sync of session %s is marked as running since %s', m.session_id, m.created_at)),
    'run: property-manager repair'
  from public.sync_metadata m
  where m.sync_status = 'running' and not property_manager.has_worker(m.session_id, m.epoch)
  union all
  select 'no scrape stopped half-way', count(*),
    min(format('session %s of %s, no heartbeat since %s', s.id, f.name, s.heartbeat_at)),
    min(format('resume it: property-manager scrape --resume %s, or give it up: '
      'property-manager repair --scrapes', left(s.id::text, 8)))
  from public.scraping_sessions s join public.sources f on f.id = s.source_id
  where s.status = 'running' and property_manager.is_interrupted(s) and property_manager.can_resume(s)
  union all
  select 'every session that runs has a process', count(*),
    min(format('session %s of %s, no heartbeat since %s', s.id, f.name, s.heartbeat_at)),
    'run: property-manager repair (then the same command again)'
  from public.scraping_sessions s join public.sources f on f.id = s.source_id
  where s.status = 'running' and property_manager.is_interrupted(s) and not property_manager.can_resume(s)
  union all
  select 'subscribers keep up with the feed', count(*),
    min(format('%s is at %s of %s: %s', w.name, w.position, f.position,
      coalesce(w.error, format('behind since %s', w.behind_since)))),
    'run: property-manager repair'
  from property_manager.subscribers w, property_manager.feed f
  where w.position < f.position
    and (w.error is not null or w.behind_since < clock_timestamp() - interval '5 minutes')
  union all
  select 'readers may hear of changes by Realtime', count(*),
    min('no policy of realtime.messages lets them hear the topics of listings'),
    'run: property-manager db migrate; where that is not enough, in the SQL editor: '
      'select property_manager.open_topics()'
  from (select where property_manager.has_realtime() and not property_manager.has_open_topics()) closed
  union all
  select * from property_manager.job_checks()
  union all
  select * from property_manager.alert_checks()
  union all
  select 'no moment of history is in the future', count(*), min(format('%s is dated %s', t.what, t.moment)),
    'run: property-manager repair'
  from property_manager.future_moments() t
  union all
  select 'every erasure was completed', count(*),
    min(format('erasure %s (%s) of %s is not complete', e.id, e.kind,
      property_manager.format_moment(e.requested_at))),
    min(case when e.kind = 'listing' then format('run it again: property-manager erase --source %s '
      '--property-id %s%s', property_manager.shell_word(s.name), property_manager.shell_word(e.property_id),
        (select string_agg(' --field ' || f, '') from unnest(e.fields) f))
      else 'run it again with the same contact: property-manager erase --contact VALUE' end)
  from property_manager.erasures e left join public.sources s on s.id = e.source_id
  where e.completed_at is null and e.lifted_at is null
    and e.requested_at < clock_timestamp() - interval '5 minutes'
  union all
  select 'the service writes by its functions alone', count(*),
    min(format('service_role may %s %s', g.privilege, g.table_name)),
    'as the owner, in psql: '
      || min(format('revoke %s on %s from service_role, public', g.privilege, g.table_name))
  from property_manager.writable_by('service_role') g
  where (g.table_name, g.privilege) not in (('public.property_scrapes_staging', 'insert'),
    ('county.staging', 'insert'),
    ('public.validation_rules', 'insert'),
    ('public.validation_rules', 'update'), ('public.validation_rules', 'delete'))
  union all
  select 'readers cannot write', count(*),
    min(format('%s may %s %s', a.role_name, g.privilege, g.table_name)),
    'as the owner, in psql: '
      || min(format('revoke %s on %s from %s, public', g.privilege, g.table_name, a.role_name))
  from (values ('anon'), ('authenticated')) a (role_name)
  cross join lateral property_manager.writable_by(a.role_name) g
  union all
  select 'row-level security is on', count(*), min(t.relname),
    'as the owner, in psql: '
      || min(format('alter table %s enable row level security', t.oid::regclass::text))
  from pg_catalog.pg_class t
  where t.relnamespace in ('public'::regnamespace, 'county'::regnamespace)
    and t.relkind in ('r', 'p') and not t.relrowsecurity
    and t.relowner = 'property_manager_owner'::regrole
  union all
  select * from property_manager.exposures()
  union all
  select 'tables have every declared column', count(*),
    min(format('%s.%s should be %s', t.table_name, f.name, f.sql_type)),
    'as the owner, in psql: ' || min(format(case when exists (
      select from pg_catalog.pg_attribute a
      where a.attrelid = format('public.%I', t.table_name)::regclass and a.attname = f.name
        and not a.attisdropped)
      then 'alter table public.%I alter column %I type %s' else 'alter table public.%I add column %I %s' end,
      t.table_name, f.name, f.sql_type))
  from property_manager.listing_fields f
  cross join (values ('property_scrapes_staging'), ('properties_live')) t (table_name)
  where not exists (
    select from pg_catalog.pg_attribute a
    where a.attrelid = format('public.%I', t.table_name)::regclass and a.attname = f.name
      and not a.attisdropped
      and replace(pg_catalog.format_type(a.atttypid, a.atttypmod), 'timestamp with time zone',
        'timestamptz') = f.sql_type
  )
$$;
