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

-- Sets the planner for joins of p_rows rows of a session with the listings of a source: the planner has no
-- statistics of rows that landed a moment ago. Where they are more than a fifth of the source, joins are
-- hashed; else they use the index.
-- In: how many listings the source has, if that was counted already. Out: that number, counted up to five
-- times p_rows.
create function property_manager.tune_planner(p_source integer, p_rows bigint, p_known bigint default null)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_known bigint := p_known;
begin
  if v_known is null then
    select count(*) into v_known
    from (select from property_manager.listing_state where source_id = p_source limit p_rows * 5 + 1) known;
  end if;
  perform set_config('enable_nestloop', case when v_known <= p_rows * 5 then 'off' else 'on' end, true);
  perform set_config('enable_mergejoin', 'off', true);
  perform set_config('jit', 'off', true);
  perform set_config('work_mem', '128MB', true);
  return v_known;
end
$$;

-- The same for what the sift found, usually a small part of the session: its candidates, or the listings of
-- its scope that it lacks (p_what = absent).
create function property_manager.tune_planner_by_sift(p_session uuid, p_what text default 'candidates')
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select property_manager.tune_planner(s.source_id, (sift ->> p_what)::bigint, (sift ->> 'known')::bigint)
  from public.scraping_sessions s, property_manager.sifted(s.id) sift
  where s.id = p_session
$$;

-- One staged row by its key: always looked up by index, whatever size the planner expects of a session. It
-- has no search_path of its own, so it becomes part of the calling query; its offset keeps it as it is there.
create function property_manager.staged(p_session uuid, p_row integer)
returns setof public.property_scrapes_staging
language sql stable rows 1 as $$
  select * from public.property_scrapes_staging where session_id = p_session and row_no = p_row offset 0
$$;
