-- The reasons for which a saved plan is not applied.

-- Refuses a plan that is held, that is older than an applied session of its scope, or one of whose listings
-- has changed since it was made: a plan is applied whole or not at all.
create function property_manager.refuse_if_moved(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_kind  constant text := property_manager.record_kind(p_source);
  v_moved text;
begin
  if p_plan.status not in ('ready', 'approved') then
    raise exception 'plan % is %', left(p_plan.id::text, 8), p_plan.status
      using errcode = 'PMOLD', hint = 'see plans show ' || left(p_plan.id::text, 8);
  end if;
  if exists (
    select from public.scraping_sessions newer
    where newer.scope_id = p_session.scope_id and newer.sync_status = 'completed'
      and newer.completed_at > p_session.completed_at
  ) then
    raise exception 'plan % is out of date: a newer session of its scope was applied',
      left(p_plan.id::text, 8)
      using errcode = 'PMOLD', hint = 'sync the newest session instead: sync-pending';
  end if;
  if v_kind is null then
    select r.property_id into v_moved
    from property_manager.plan_rows r
    left join lateral /*use listing_of p_source.name, r.property_id*/ l on true
    where r.plan_id = p_plan.id and l.change_set_id is distinct from r.base
    limit 1;
  else
    select r.property_id into v_moved
    from property_manager.plan_rows r
    left join lateral /*use record_of v_kind, p_source.name, r.property_id*/ l on true
    where r.plan_id = p_plan.id and l.change_set_id is distinct from r.base
    limit 1;
  end if;
  v_moved := coalesce(v_moved, property_manager.changed_since_sift(p_session));
  if v_moved is not null then
    raise exception 'plan % is out of date: listing % has changed since it was made',
      left(p_plan.id::text, 8), v_moved
      using errcode = 'PMOLD', hint = 'make a new one: sync --dry-run --session-id ' || p_session.id;
  end if;
  select r.property_id into v_moved
  from property_manager.plan_rows r
  where r.plan_id = p_plan.id and r.row_no is null
    and /*use shown_elsewhere p_session, r.property_id*/
  limit 1;
  if found then
    raise exception 'plan % is out of date: listing % has been shown elsewhere since it was made',
      left(p_plan.id::text, 8), v_moved
      using errcode = 'PMOLD', hint = 'make a new one: sync --dry-run --session-id ' || p_session.id;
  end if;
end
$$;

-- A listing that the plan leaves unchanged, because live was as the session shows it, but that a rollback or
-- the sync of an older session has changed since; or null. A newer session overrides this one, and so do
-- edits, which are pinned.
create function property_manager.changed_since_sift(p_session public.scraping_sessions) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_sifted_at constant bigint := (property_manager.sifted(p_session.id) ->> 'change_set')::bigint;
begin
  if property_manager.unchanged_since_sift(p_session) then
    return null;
  end if;
  if property_manager.session_kind(p_session.id) is not null then
    return property_manager.record_changed_since(p_session, coalesce(v_sifted_at, 0));
  end if;
  return (
    select c.property_id
    from property_manager.change_sets n
    join public.property_changes c on c.change_set_id = n.id
    join public.property_scrapes_staging s on s.session_id = p_session.id and s.property_id = c.property_id
    left join public.scraping_sessions o on o.id = n.session_id
    where n.source_id = p_session.source_id and s.problem is null
      and (n.origin = 'rollback'
        or (n.origin = 'sync' and coalesce(o.completed_at < p_session.completed_at, true)))
      and n.id > coalesce(v_sifted_at, 0)
    limit 1
  );
end
$$;

-- Whether nothing of a source was applied since a session was sifted, so that the sift still holds. A plan
-- may wait for its approval while other sessions are applied.
create function property_manager.unchanged_since_sift(p_session public.scraping_sessions) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select (property_manager.sifted(p_session.id) ->> 'change_set')::bigint is not distinct from (
    select max(s.id) from property_manager.change_sets s where s.source_id = p_session.source_id)
$$;

-- Refuses a plan that would overwrite a field that was pinned after it was made.
create function property_manager.refuse_if_pinned(
  p_plan property_manager.plans, p_session public.scraping_sessions
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_pin property_manager.pins;
begin
  select p.* into v_pin
  from property_manager.pins p
  join property_manager.plan_changes m on m.plan_id = p_plan.id and m.property_id = p.property_id
    and m.field_name = p.field_name
  where p.source_id = p_session.source_id
  limit 1;
  if found then
    raise exception 'plan % is out of date: % of listing % has been pinned since it was made',
      left(p_plan.id::text, 8), v_pin.field_name, v_pin.property_id
      using errcode = 'PMOLD', hint = 'make a new one: sync --dry-run --session-id ' || p_session.id;
  end if;
end
$$;
