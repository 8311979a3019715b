-- What staff see and do by the HTTP API. Every function checks the caller's token first; each that changes
-- something leaves a line in the admin audit.

-- The newest sessions.
create function api.staff_sessions(p_source text default null, p_limit integer default 100)
returns setof jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_staff();
  return query select to_jsonb(s) from api.list_sessions(p_source, null, least(p_limit, 1000)) s;
end
$$;

-- The staged rows of a session after a row number: what was read of each, and what is doubtful.
create function api.staff_staged(p_session uuid, p_after integer default 0, p_limit integer default 100)
returns setof jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_staff();
  return query
  select to_jsonb(s) - '{raw_bytes,kept}'::text[]
  from public.property_scrapes_staging s
  where s.session_id = p_session and s.row_no > p_after
  order by s.row_no
  limit least(p_limit, 1000);
end
$$;

-- The audit in commit order after a place in the feed.
create function api.staff_changes(p_position bigint default 0, p_change bigint default 0,
  p_source text default null, p_limit integer default 100) returns setof jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_staff();
  return query
  select to_jsonb(c) from api.feed_after(p_position, p_change, p_source, least(p_limit, 1000)) c;
end
$$;

-- The quality of what a session brought.
create function api.staff_quality(p_session uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_staff();
  return api.quality_report(p_session);
end
$$;

-- The open rows of the quarantine after an entry.
create function api.staff_quarantine(p_source text default null, p_after bigint default 0,
  p_limit integer default 100) returns setof jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_staff();
  return query
  select to_jsonb(q) from api.quarantine_list(p_source, null, null, 'open', p_after,
    least(p_limit, 1000)) q;
end
$$;

-- The newest plans, with what they would change and why they are held.
create function api.staff_plans(p_source text default null, p_limit integer default 100) returns setof jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_staff();
  return query select to_jsonb(p) from api.plans(p_source, least(p_limit, 1000)) p;
end
$$;

-- Pins a field as live has it, so that no sync overwrites it. Out: as edit_listing().
create function api.staff_pin(p_source text, p_property_id text, p_field text, p_reason text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_actor constant text := property_manager.begin_deed('pin', jsonb_build_object('source', p_source,
    'property_id', p_property_id, 'field', p_field, 'reason', p_reason));
begin
  return api.pin_field(p_source, p_property_id, p_field, v_actor, p_reason);
end
$$;

-- Frees a field, or all of them. Out: the fields that were pinned.
create function api.staff_unpin(p_source text, p_property_id text, p_field text default null) returns text[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.begin_deed('unpin', jsonb_build_object('source', p_source,
    'property_id', p_property_id, 'field', p_field));
  return api.unpin(p_source, p_property_id, p_field);
end
$$;

-- Approves a plan and applies exactly what it shows, or refuses because live has moved since, or because
-- somebody decided otherwise. Repeated, it answers that the plan is applied. Out: {state, …} as apply(), with
-- who decided it, and when.
create function api.staff_approve(p_plan uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp set statement_timeout = '55s' as $$
declare
  v_actor   constant text := property_manager.admit_staff();
  v_claimed constant jsonb := api.approve(p_plan, v_actor, v_actor, null,
    (select version from property_manager.code_version));
begin
  if v_claimed ->> 'state' <> 'claimed' then
    return v_claimed;
  end if;
  return v_claimed || jsonb_build_object('state', 'applied', 'plan_id', p_plan, 'decided_by', v_actor,
    'decided_at', now()) || api.apply((v_claimed ->> 'session_id')::uuid,
    (v_claimed ->> 'epoch')::bigint, v_actor, now());
end
$$;

-- Discards a plan that waits. Out: {decided_by, decided_at}, of somebody else where they discarded it before.
create function api.staff_discard(p_plan uuid, p_reason text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return api.discard_plan(p_plan, property_manager.admit_staff(), p_reason);
end
$$;

-- Reviews a listing: a verified one is not flagged any more for what its rules warn of now; a later warning
-- flags it again. The flag is derived, so this is no change of the listing. Out: how it stands.
create function api.staff_review(p_source text, p_property_id text, p_verified boolean, p_reason text)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source  public.sources;
  v_listing public.properties_live;
begin
  perform property_manager.begin_deed('review', jsonb_build_object('source', p_source,
    'property_id', p_property_id, 'verified', p_verified, 'reason', p_reason));
  v_source := property_manager.lock_source(p_source);
  v_listing := property_manager.require_listing(p_source, p_property_id);
  if p_verified then
    delete from property_manager.listing_warnings
    where source_id = v_source.id and property_id = p_property_id;
  elsif v_listing.verification_status = 'flagged' then
    return 'flagged';
  end if;
  update public.properties_live l
  set verification_status = case when p_verified then 'verified' else 'unverified' end,
    data_quality_score = /*use quality_score l.data_completeness_score, false*/
  where l.id = v_listing.id
  returning l.verification_status into v_listing.verification_status;
  update property_manager.feed set revision = revision + 1; -- last, as others wait for it
  return v_listing.verification_status;
end
$$;

-- Admits staff to the reprocessing of quarantined rows, which the program does: it parses them. Refuses where
-- one of these ids (null: none is named) was decided on. Out: the actor, whom quarantine_reprocessed() notes.
create function api.staff_reprocess(p_ids bigint[] default null) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_actor constant text := property_manager.admit_staff();
  v_row   property_manager.quarantine;
begin
  select q.* into v_row from property_manager.quarantine q
  where q.id = any (p_ids) and q.status <> 'open' order by q.id limit 1;
  if found then
    raise exception 'row % is %: only open rows are reprocessed', v_row.id,
      v_row.status || property_manager.decided(v_row.decided_by, v_row.decided_at)
      using errcode = 'PMOLD', hint = 'see quarantine show ' || v_row.id;
  end if;
  return v_actor;
end
$$;

-- Discards quarantined rows, as quarantine_discard(). Out: how many.
create function api.staff_discard_rows(p_reason text, p_ids bigint[] default null,
  p_source text default null, p_session uuid default null, p_rule text default null) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_actor constant text := property_manager.admit_staff();
begin
  return api.quarantine_discard(p_ids, p_source, p_session, p_rule, p_reason, v_actor);
end
$$;

-- Refuses to decide on two listings of which something else was said than p_seen, the decision that the
-- caller saw (null: none). Out: whether the caller has said p_same of them by now, as by the same form twice.
create function property_manager.said_before(p_left uuid, p_right uuid, p_seen bigint, p_same boolean,
  p_actor text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_said  property_manager.home_decisions;
  v_event property_manager.home_events;
begin
  perform from property_manager.linkage_progress for update;
  select d.* into v_said from property_manager.home_decisions d
  where d.left_id = least(p_left, p_right) and d.right_id = greatest(p_left, p_right);
  if v_said.event_id is not distinct from p_seen then
    return false;
  end if;
  select e.* into v_event from property_manager.home_events e where e.id = coalesce(v_said.event_id, (
    select max(u.id) from property_manager.home_events u where u.undoes = p_seen));
  if v_said.same = p_same and v_event.actor = p_actor then
    return true;
  end if;
  raise exception 'these two listings are decided on%: %',
    property_manager.decided(v_event.actor, v_event.created_at),
    case when v_said.event_id is null then format('decision %s was undone', p_seen)
      when v_said.same then 'they are one home' else 'they are two homes' end
    using errcode = 'PMOLD', hint = format('to decide otherwise: duplicates undo %s', v_event.id);
end
$$;

-- Says that two listings are of one home, as merge_listings(); p_seen as said_before() takes it. Out: the
-- decision, null where the same was said before.
create function api.staff_merge(p_left uuid, p_right uuid, p_seen bigint default null,
  p_reason text default null) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_actor constant text := property_manager.admit_staff();
begin
  if property_manager.said_before(p_left, p_right, p_seen, true, v_actor) then
    return null;
  end if;
  return api.merge_listings(array[p_left, p_right], v_actor, p_reason);
end
$$;

-- Says that two listings are of two homes, as keep_apart(). Out: the decision, null where the same was said.
create function api.staff_keep_apart(p_left uuid, p_right uuid, p_seen bigint default null,
  p_reason text default null) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_actor constant text := property_manager.admit_staff();
begin
  if property_manager.said_before(p_left, p_right, p_seen, false, v_actor) then
    return null;
  end if;
  return api.keep_apart(p_left, array[p_right], v_actor, p_reason);
end
$$;

-- Takes a decision on homes back, as undo_home_event(); refuses where somebody else did. Out: the decision
-- that undoes it, also of the caller's own before.
create function api.staff_undo(p_decision bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_actor constant text := property_manager.admit_staff();
  v_undo  property_manager.home_events;
begin
  perform from property_manager.linkage_progress for update;
  select u.* into v_undo
  from property_manager.home_events e
  join property_manager.home_events u on u.decision = e.decision and u.undoes = e.id
  where e.id = p_decision;
  if v_undo.actor = v_actor then
    return v_undo.id;
  elsif found then
    raise exception 'decision % is undone%', p_decision,
      property_manager.decided(v_undo.actor, v_undo.created_at)
      using errcode = 'PMOLD', hint = format('to restore it: duplicates undo %s', v_undo.id);
  end if;
  return api.undo_home_event(p_decision, v_actor);
end
$$;

-- These are for signed-in users; the service has the functions that they call.
do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid from pg_catalog.pg_proc p
    where p.pronamespace = 'api'::pg_catalog.regnamespace and p.proname like 'staff\_%'
  loop
    execute pg_catalog.format('revoke all on function %s from public, service_role', v_function);
    execute pg_catalog.format('grant execute on function %s to authenticated', v_function);
  end loop;
end
$$;

-- Makes a user of the project staff; again changes the note.
create function api.add_staff(p_user uuid, p_note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into property_manager.staff as s (user_id, note, added_by)
  values (p_user, p_note, property_manager.note_deed('add_staff', jsonb_build_object('user', p_user)))
  on conflict (user_id) do update set note = excluded.note;
end
$$;

-- Ends it, from the next request on. Out: whether the user was listed.
create function api.remove_staff(p_user uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from property_manager.staff where user_id = p_user;
  if found then
    perform property_manager.note_deed('remove_staff', jsonb_build_object('user', p_user));
  end if;
  return found;
end
$$;

-- Whether a user is listed, for a program that has verified the token itself.
create function api.is_listed_staff(p_user text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from property_manager.staff s where s.user_id::text = lower(p_user))
$$;

-- What was done by the HTTP API, after an entry.
create function api.admin_audit(p_after bigint default 0, p_limit integer default 100)
returns table (id bigint, at timestamptz, actor text, role_name text, action text, details jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.id, a.at, a.actor, a.role_name, a.action, a.details
  from property_manager.admin_audit a where a.id > p_after order by a.id limit p_limit
$$;

-- Sets how many calls that write a caller of a role may make in a minute; null: any number.
create function api.limit_role(p_role text, p_per_minute integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.note_deed('limit_role',
    jsonb_build_object('role', p_role, 'per_minute', p_per_minute));
  insert into property_manager.call_limits as c values (p_role, p_per_minute)
  on conflict (role_name) do update set per_minute = excluded.per_minute;
end
$$;
