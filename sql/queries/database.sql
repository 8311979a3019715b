-- name: act_as_service
-- What every transaction of the program begins with. Built-in names come before any of public.
set local role service_role;
set local search_path = pg_catalog, pg_temp;
set local time zone 'UTC';

-- name: act_as_owner
-- What every migration but the first, and all code, is run as.
set local role property_manager_owner;
set local search_path = pg_catalog, pg_temp;
set local time zone 'UTC';

-- name: resolve_names
-- Built-in names come before any of public, and before what is left on a pooled connection.
set local search_path = pg_catalog, pg_temp;

-- name: limit_statements
-- Cancels a statement of this transaction that takes longer ($1: "5000ms"), and the transaction of a client
-- that is idle or was killed in its middle: it must not keep its locks.
select set_config('statement_timeout', $1, true),
  set_config('idle_in_transaction_session_timeout', '20s', true),
  case when version() ~ 'linux|darwin|freebsd'
    then set_config('client_connection_check_interval', '1s', true) end;

-- name: limit_transaction
-- Ends the connection of a transaction that takes longer ($1: "5000ms"): its code cannot catch that. Servers
-- before PostgreSQL 17 have no such limit.
select case when current_setting('transaction_timeout', true) is not null
  then set_config('transaction_timeout', $1, true) end;

-- name: backend
-- This transaction as other sessions see it: its backend and its start.
select pg_backend_pid() as pid, now() as began;

-- name: end_backend
-- Ends the backend $1 if it is still in the transaction that began at $2, and waits for its end, $3
-- milliseconds at most. The login role may end its own sessions.
select pg_terminate_backend(a.pid, $3)
from pg_catalog.pg_stat_activity a
where a.pid = $1 and coalesce(a.xact_start, $2) = $2;

-- name: limit_locks
-- Fails a statement that waits longer for a lock ($1: "5000ms").
select set_config('lock_timeout', $1, true);

-- name: lock_migrations
-- One migrator at a time in this database, until its transaction ends. Only our owner can take the lock;
-- while there is no table to lock, the first migrators take turns by another.
do $$
begin
  if not exists (select from pg_catalog.pg_class
      where oid = pg_catalog.to_regclass('property_manager.migrations')) then
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('property_manager.migrations'));
  end if;
  if exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'property_manager' and c.relname = 'migrations') then
    lock table property_manager.migrations in share row exclusive mode;
  end if;
end
$$;

-- name: lock_code
-- Before the code is replaced: waits for the stages that run, and lets none begin.
lock table property_manager.code_version in access exclusive mode;

-- name: deployed
-- Migrations applied and the code version of this database.
select
  (select version from property_manager.code_version) as code_version,
  coalesce((select array_agg(version order by version) from property_manager.migrations), '{}') as migrations;

-- name: table_exists
-- Whether a table, by its qualified name, exists.
select to_regclass($1) is not null;

-- name: missing_roles
-- Roles of Supabase that this server lacks.
select wanted from unnest(array['anon', 'authenticated', 'service_role']) as wanted
where not exists (select from pg_catalog.pg_roles where rolname = wanted);

-- name: ledger
-- Migrations applied, in order.
select version, name, sha256, applied_at from property_manager.migrations order by version;

-- name: record_migration
-- Adds a migration to the ledger.
insert into property_manager.migrations (version, name, sha256) values ($1, $2, $3);

-- name: code_drops
-- Statements that drop the code of the last deploy, last made first.
select identity, file, format('drop %s if exists %s', kind, identity) as statement
from property_manager.code_objects
order by seq desc;

-- name: forget_code
-- Empties the list of code objects, once they are dropped.
delete from property_manager.code_objects;

-- name: rebuild_search
-- Makes the search vectors of the next listings ($1: how many) anew; false when none is left.
select property_manager.rebuild_search($1);

-- name: reload_api
-- Tells the HTTP API of this database, if there is one, to read its schema anew once this commits.
select pg_notify('pgrst', 'reload schema');

-- name: withdraw_grants
-- Takes back, as far as the login role may, what PostgreSQL gives every role of a new database: to make
-- temporary objects, and before version 15 others in public. Our owner keeps it: its materialized view is
-- refreshed by way of a temporary table.
-- A database that was copied or restored has them again, so each migrate comes here. doctor reports the rest.
do $$
declare
  v_role text;
  v_open boolean;
begin
  for v_role in
    select 'public' union all
    select rolname from pg_catalog.pg_roles
    where rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
  loop
    v_open := pg_catalog.has_database_privilege(v_role, current_database(), 'temporary, create');
    if v_open and pg_catalog.pg_has_role(current_user, (select datdba from pg_catalog.pg_database
        where datname = current_database()), 'usage') then
      execute format('grant temporary on database %I to property_manager_owner', current_database());
      execute format('revoke temporary, create on database %I from %s', current_database(),
        case v_role when 'public' then v_role else quote_ident(v_role) end);
    end if;
    v_open := pg_catalog.has_schema_privilege(v_role, 'public', 'create');
    if v_open and pg_catalog.pg_has_role(current_user, (select nspowner from pg_catalog.pg_namespace
        where nspname = 'public'), 'usage') then
      execute format('revoke create on schema public from %s',
        case v_role when 'public' then v_role else quote_ident(v_role) end);
    end if;
  end loop;
  if pg_catalog.to_regprocedure('property_manager.grant_reading()') is not null then
    perform property_manager.grant_reading();
  end if;
end
$$;

-- name: open_topics
-- Lets readers hear of changes by Supabase's Realtime, if there is one. Where it fails, doctor reports it.
do $$
begin
  if pg_catalog.to_regprocedure('property_manager.open_topics()') is not null then
    perform property_manager.open_topics();
  end if;
end
$$;

-- name: mark_code
-- Remembers, for this transaction, what exists before a file of code is run.
select set_config('property_manager.before_code', coalesce(string_agg(oid::text, ','), ''), true)
from (
  select oid from pg_catalog.pg_proc where proowner = 'property_manager_owner'::regrole
  union all
  select oid from pg_catalog.pg_class where relowner = 'property_manager_owner'::regrole
  union all
  select oid from pg_catalog.pg_type where typowner = 'property_manager_owner'::regrole
) as existing (oid);

-- name: record_code
-- Lists, and returns, what file $1 has just made.
insert into property_manager.code_objects (kind, identity, file)
select case made.type when 'composite type' then 'type' else made.type end, made.identity, $1
from (
  select 'pg_proc'::regclass as class, oid from pg_catalog.pg_proc
  where proowner = 'property_manager_owner'::regrole
  union all
  select 'pg_class'::regclass, oid from pg_catalog.pg_class
  where relowner = 'property_manager_owner'::regrole
    and relkind in ('r', 'p', 'v', 'm', 'c', 'S', 'f')
  union all
  select 'pg_type'::regclass, oid from pg_catalog.pg_type
  where typowner = 'property_manager_owner'::regrole and typtype in ('e', 'd')
) as owned
cross join lateral pg_catalog.pg_identify_object(owned.class, owned.oid, 0) as made
where not exists (
    select
    from unnest(string_to_array(current_setting('property_manager.before_code'), ',')::oid[]) as before (oid)
    where before.oid = owned.oid)
  and not exists (select from property_manager.code_objects as known where known.identity = made.identity)
order by owned.oid
returning kind, identity;

-- name: record_code_version
-- Says which code is deployed.
insert into property_manager.code_version (version) values ($1)
on conflict (only_row) do update set version = excluded.version, deployed_at = now();

-- name: sync_listing_fields
-- Brings table listing_fields in line with the declaration ($1: a JSON list, an object a field).
insert into property_manager.listing_fields (
  name, bit, sql_type, field_group, compare, tolerance, confidence, weight, monitored, role, description
)
select
  name, bit, sql_type, field_group, compare, tolerance, confidence, weight, monitored, role, description
from jsonb_to_recordset($1::text::jsonb) as declared (
  name text, bit smallint, sql_type text, field_group text, compare text, tolerance numeric,
  confidence numeric, weight numeric, monitored boolean, role text, description text
)
on conflict (name) do update set
  bit = excluded.bit,
  sql_type = excluded.sql_type,
  field_group = excluded.field_group,
  compare = excluded.compare,
  tolerance = excluded.tolerance,
  confidence = excluded.confidence,
  weight = excluded.weight,
  monitored = excluded.monitored,
  role = excluded.role,
  description = excluded.description;

-- name: is_superuser
-- Whether the connection's user is a superuser.
select rolsuper from pg_catalog.pg_roles where rolname = session_user;

-- name: database_to_create
-- The statement that makes database $1, or nothing when it is there.
select format('create database %I template template0 encoding ''UTF8''', $1::text)
where not exists (select from pg_catalog.pg_database where datname = $1);

-- name: bootstrap_login
-- Tells bootstrap.sql the login role ($1) and its password ($2, empty: left as it is).
select set_config('property_manager.login', $1, true), set_config('property_manager.password', $2, true);

-- name: clients
-- How many others are connected to the server.
select count(*) from pg_catalog.pg_stat_activity
where backend_type = 'client backend' and pid <> pg_backend_pid();

-- name: require_past
-- Refuses a moment ($1) that the database has not reached.
select api.require_past($1);

-- name: server_time
-- The clock of the database.
select api.server_time();

-- name: cron_state
-- What pg_cron allows the connection's user: null where it is not there.
select current_user as role_name,
  (select r.rolcanlogin from pg_catalog.pg_roles r where r.rolname = current_user) as may_log_in,
  pg_catalog.pg_has_role(current_user, 'service_role', 'member') as may_serve,
  pg_catalog.has_schema_privilege(current_user, n.oid, 'usage') as may_schedule,
  coalesce(current_setting('cron.timezone', true), 'GMT') as time_zone,
  to_regprocedure('net.http_post(text,jsonb,jsonb,jsonb,integer)') is not null as may_call,
  to_regclass('vault.decrypted_secrets') is not null as has_vault
from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.nspname = 'cron'
where e.extname = 'pg_cron';

-- name: cron_available
-- Whether pg_cron could be made an extension of this database.
select exists (select from pg_catalog.pg_available_extensions where name = 'pg_cron');

-- name: cron_schedule
-- Schedules, or schedules anew, a job ($1) of pg_cron at times ($2): a statement ($3).
select cron.schedule($1, $2, $3);

-- name: cron_unschedule
-- Takes the connection's user's job ($1) out of pg_cron.
select cron.unschedule(j.jobid) from cron.job j where j.jobname = $1 and j.username = current_user;

-- name: cron_jobs
-- The user's jobs of pg_cron whose names begin with $1, whether their roles may log in, and their last runs.
select substr(j.jobname, length($1) + 1) as name, j.schedule, j.active, j.username,
  (select r.rolcanlogin from pg_catalog.pg_roles r where r.rolname = j.username) as may_log_in,
  d.status, d.return_message, d.start_time
from cron.job j
left join lateral (
  select * from cron.job_run_details r where r.jobid = j.jobid order by r.runid desc limit 1) d on true
where starts_with(j.jobname, $1);

-- name: act_as_login
-- What the user of the connection does itself, whatever role its settings give it.
set local role none;
set local search_path = pg_catalog, pg_temp;

-- name: cron_statement
-- The statement that pg_cron runs for a job ($1, which pg_cron knows as $2): step by step, each committed,
-- until it has ended. What pg_cron kept of its runs for a week goes.
select format($statement$do $job$
declare
  v_run bigint;
  v_more boolean;
  v_error text;
begin
  loop
    set local search_path = pg_catalog, pg_temp;
    set local role service_role;
    select s.run, s.more, s.error into v_run, v_more, v_error from api.run_step(%1$L, v_run) s;
    commit;
    exit when v_more is not true;
  end loop;
  set local search_path = pg_catalog, pg_temp;
  delete from cron.job_run_details d using cron.job j
  where j.jobname = %2$L and d.jobid = j.jobid and d.end_time < now() - interval '7 days';
  commit;
  if v_error is not null then
    raise exception using message = v_error;
  end if;
end
$job$$statement$, $1::text, $2::text);

-- name: cron_call
-- The statement by which pg_cron calls a url ($2) with a body ($3) for a job ($1) and waits for the answer.
-- The token is read from Vault ($4, or null) at each call and stored nowhere.
select format($statement$do $job$
declare
  v_run bigint;
  v_error text;
  v_token text;
  v_request bigint;
  v_status integer;
begin
  set local search_path = pg_catalog, pg_temp;
  set local role service_role;
  select s.run, s.error into v_run, v_error from api.run_step(%1$L, null) s;
  commit;
  if v_run is not null then
    begin
      set local search_path = pg_catalog, pg_temp;
      if %4$L::text is not null then
        select decrypted_secret into v_token from vault.decrypted_secrets where name = %4$L;
        if v_token is null then
          raise exception 'Vault has no secret %%', %4$L;
        end if;
      end if;
      v_request := net.http_post(url := %2$L, body := %3$L::jsonb, timeout_milliseconds := 30000,
        headers := jsonb_strip_nulls(jsonb_build_object('Content-Type', 'application/json',
          'Authorization', 'Bearer ' || v_token)));
    exception when others then
      v_error := sqlerrm;
    end;
    commit;
    for v_try in 1 .. 80 loop
      exit when v_error is not null or v_status is not null;
      perform pg_catalog.pg_sleep(case v_try when 1 then 0 else 0.5 end);
      set local search_path = pg_catalog, pg_temp;
      select r.status_code, case when r.error_msg is not null then r.error_msg
        when r.status_code >= 400 then format('it answered %%s: %%s', r.status_code, left(r.content, 200)) end
      into v_status, v_error from net._http_response r where r.id = v_request;
      commit;
    end loop;
    set local search_path = pg_catalog, pg_temp;
    if v_error is null and v_status is null then
      v_error := 'there was no answer within 40 s';
    end if;
    set local role service_role;
    perform api.end_run(v_run, case when v_error is null then 'done' else 'failed' end, null, v_error,
      'property-manager schedule list');
    commit;
  end if;
  if v_error is not null then
    raise exception using message = v_error;
  end if;
end
$job$$statement$, $1::text, $2::text, $3::text, $4::text);

-- name: tables_to_maintain
-- Our tables and materialized views ($1: or one) as the server's statistics have them, and whether the login
-- may vacuum them: of which role it would have to be a member.
select format('%I.%I', n.nspname, c.relname) as name, c.relname as short, c.relowner::regrole::text as owner,
  pg_catalog.pg_has_role(current_user, c.relowner, 'usage') as permitted, current_user as login,
  coalesce(s.n_live_tup, 0) as rows, coalesce(s.n_dead_tup, 0) as dead_rows,
  pg_catalog.pg_total_relation_size(c.oid) as bytes,
  greatest(s.last_vacuum, s.last_autovacuum) as vacuumed_at
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_stat_all_tables s on s.relid = c.oid
where c.relkind in ('r', 'm') and c.relowner = 'property_manager_owner'::regrole
  and n.nspname in ('public', 'property_manager', 'county')
  and ($1::text is null or format('%I.%I', n.nspname, c.relname) = $1)
order by pg_catalog.pg_total_relation_size(c.oid), 1;
