-- Property Manager: its schema and its functions, as `property-manager db migrate` makes them. Made by
-- `property-manager db export` or `db schema`; not to be edited.
-- migrations: {versions}
-- code: {code_version}
--
-- One statement, so it is done as a whole or not at all. In a database that has some or all of it, it does the rest: what
-- is there stays, and code that was deployed after this file was made is not replaced.
do $property_manager$
declare
  v_made    constant timestamptz := '{made_at}';
  v_caller  constant text := current_user;
  v_role    constant text := pg_catalog.current_setting('role');
  v_path    constant text := pg_catalog.current_setting('search_path');
  v_zone    constant text := pg_catalog.current_setting('TimeZone');
  v_applied integer := 0;
  v_missing text;
  v_known   text;
  v_step    record;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
    pg_catalog.set_config('TimeZone', 'UTC', true);
  select string_agg(wanted, ', ') into v_missing from unnest(array['anon', 'authenticated', 'service_role']) wanted
  where not exists (select from pg_roles where rolname = wanted);
  if v_missing is not null then
    raise exception 'the server has no role %', v_missing
      using hint = 'run once, with a superuser''s URL: property-manager db bootstrap';
  end if;
  execute $script${lock_migrations}$script$;
  perform set_config('lock_timeout', '{lock_timeout}', true);
  for v_step in
    select * from (values
      (0, '', '', '', ''){migrations}
    ) s (nth, version, name, sha256, script)
    where nth > 0
    order by nth
  loop
    v_known := null;
    if to_regclass('property_manager.migrations') is not null then
      select m.sha256 into v_known from property_manager.migrations m where m.version = v_step.version;
    end if;
    if v_known <> v_step.sha256 then
      raise exception 'migration %_% has been edited since it was applied', v_step.version, v_step.name
        using hint = 'put its text back and write the change as a new migration';
    end if;
    continue when v_known is not null;
    perform set_config('role', case when v_applied = 0 and to_regclass('property_manager.migrations') is null
      then v_caller else 'property_manager_owner' end, true);
    -- the caller need not be who logged in
    execute replace(v_step.script, 'set local role none', format('set local role %I', v_caller));
    perform set_config('role', 'property_manager_owner', true), set_config('search_path', 'pg_catalog, pg_temp', true);
    insert into property_manager.migrations (version, name, sha256)
    values (v_step.version, v_step.name, v_step.sha256);
    v_applied := v_applied + 1;
  end loop;

  perform set_config('role', 'property_manager_owner', true);
  if exists (select from property_manager.migrations where version <> all ('{{versions_listed}}')) then
    raise notice 'this file is older than the database, which keeps its functions';
  elsif v_applied > 0 or not exists (select from property_manager.code_version
      where version = '{code_version}' or deployed_at > v_made) then
    execute $script${lock_code}$script$;
    for v_step in execute $script${code_drops}$script$ loop
      execute v_step.statement;
    end loop;
    execute $script${forget_code}$script$;
    execute $script${sync_listing_fields}$script$;
    for v_step in
      select * from (values
        (0, '', ''){code}
      ) s (nth, path, script)
      where nth > 0
      order by nth
    loop
      execute $script${mark_code}$script$;
      execute v_step.script;
      perform set_config('role', 'property_manager_owner', true),
        set_config('search_path', 'pg_catalog, pg_temp', true);
      execute $script${record_code}$script$ using v_step.path;
    end loop;
    insert into property_manager.code_version (version, deployed_at) values ('{code_version}', least(v_made, now()))
    on conflict (only_row) do update set version = excluded.version, deployed_at = excluded.deployed_at;
    execute $script${reload_api}$script$;
  end if;
  if to_regprocedure('property_manager.rebuild_search(integer)') is not null then
    for v_batch in 1 .. 20 loop
      exit when not property_manager.rebuild_search(1000);
      if v_batch = 20 then
        raise notice 'the words of many listings are left to be read anew; run: property-manager db migrate';
      end if;
    end loop;
  end if;
  perform set_config('role', v_role, true);
  execute $script${withdraw_grants}$script$;
  execute $script${open_topics}$script$;
  perform set_config('search_path', v_path, true), set_config('TimeZone', v_zone, true);
end
$property_manager$;
