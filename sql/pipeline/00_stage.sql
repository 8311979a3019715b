-- The frame of every stage of a sync: one transaction, fenced by (session, epoch), whose result is stored.

-- What a stage begins with: the result that it stored under this epoch, else null; its session, source and
-- plan.
create type property_manager.stage_run as (
  result  jsonb,
  session public.scraping_sessions,
  source  public.sources,
  plan    property_manager.plans
);

-- Locks the session's source and returns what this stage stored under this epoch. Refuses a worker whose
-- lease was taken over since, and one whose run began under other code. A deploy waits for running stages,
-- because each of them reads the version first.
create function property_manager.enter_stage(p_session uuid, p_epoch bigint, p_stage text)
returns property_manager.stage_run
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_lease property_manager.leases;
  v_code  text;
  v_run   property_manager.stage_run;
begin
  select version into v_code from property_manager.code_version;
  select l.* into v_lease
  from property_manager.leases l
  join public.scraping_sessions s on s.source_id = l.source_id
  where s.id = p_session
  for update of l;
  select result into v_run.result
  from property_manager.stage_results
  where session_id = p_session and epoch = p_epoch and stage = p_stage;
  if found then
    return v_run;
  end if;
  if v_lease.session_id is distinct from p_session or v_lease.epoch <> p_epoch then
    raise exception 'the sync of session % was taken over by another worker', p_session
      using errcode = 'PMTKN',
        hint = 'nothing of this run was written; see session-details --session-id ' || p_session;
  end if;
  if exists (
    select from property_manager.stage_results
    where session_id = p_session and epoch = p_epoch and stage = 'claim' and result ->> 'code' <> v_code
  ) then
    raise exception 'the database was migrated during the sync of session %', p_session
      using errcode = 'PMVER',
        hint = 'nothing of this run was written; run it again with the program that fits the database';
  end if;
  update property_manager.leases
  set leased_until = clock_timestamp() + property_manager.lease_time(), yields = false
  where source_id = v_lease.source_id;
  select s, f, p into v_run.session, v_run.source, v_run.plan
  from public.scraping_sessions s
  join public.sources f on f.id = s.source_id
  left join property_manager.plans p on p.session_id = s.id and p.epoch = p_epoch
  where s.id = p_session;
  return v_run;
end
$$;

-- Stores the result of a stage and returns it.
create function property_manager.leave_stage(p_session uuid, p_epoch bigint, p_stage text, p_result jsonb)
returns jsonb
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.stage_results (session_id, epoch, stage, result)
  values (p_session, p_epoch, p_stage, p_result)
  returning result
$$;

-- The result of the last sift of a session; null if it was never sifted.
create function property_manager.sifted(p_session uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select result from property_manager.stage_results
  where session_id = p_session and stage = 'sift'
  order by epoch desc limit 1
$$;

-- Sets the planner for the rest of the transaction. What a stage joins landed a moment ago, so the statistics
-- of the server know nothing of it, or are of another source, and a nested loop that they make look cheap
-- would compare every row with every other. So no plan may depend on them: sets are joined by hashing, and
-- what is looked up in a large table is written so that only its key can find it: a lateral query that ends
-- in offset 0 (staged(), listing_of()), or `= any (ids)` of a variable, whose length the planner sees. An
-- index is read even of a table of a few pages, which would otherwise be read whole for every row.
create function property_manager.tune_planner() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('enable_nestloop', 'off', true);
  perform set_config('enable_mergejoin', 'off', true);
  perform set_config('enable_seqscan', 'off', true);
  perform set_config('jit', 'off', true);
  perform set_config('work_mem', '128MB', true);
end
$$;

-- Whether p_rows are few beside the listings of a source, a fifth at most: then they are looked up by their
-- ids instead of reading the source. Counts no further than it must.
create function property_manager.are_few(p_source integer, p_rows bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off
set enable_bitmapscan = off as $$
  select count(*) > p_rows * 5
  from (select from property_manager.listing_state where source_id = p_source limit p_rows * 5 + 1) known
$$;
