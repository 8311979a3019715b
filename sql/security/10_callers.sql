-- Who calls by the HTTP API, from the claims of the token that it has verified, and how often.

-- The claims of the caller's token; none where there is no token.
create function property_manager.claims() returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb, '{}')
$$;

-- Whether the caller is staff: a signed-in user whose token says so in app_metadata, which only the project's
-- server writes, or who is listed. What users write about themselves (user_metadata) counts for nothing.
create function property_manager.is_staff() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(c.claims ->> 'role' = 'authenticated' and c.claims ->> 'sub' <> ''
      and c.claims ->> 'is_anonymous' is distinct from 'true'
      and (c.claims #>> '{app_metadata,property_manager}' is not distinct from 'staff'
        or exists (select from property_manager.staff s where s.user_id::text = lower(c.claims ->> 'sub'))),
    false)
  from (select property_manager.claims()) c (claims)
$$;

-- Refuses a caller who is not staff.
create function property_manager.require_staff() returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if property_manager.is_staff() is not true then
    raise exception 'this is for staff'
      using errcode = 'insufficient_privilege', hint = 'see docs/security.md: how a user becomes staff';
  end if;
end
$$;

-- Who calls, as the admin audit names them.
create function property_manager.calling_actor() returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when c.claims ->> 'role' = 'authenticated' then 'user:' || (c.claims ->> 'sub')
    else 'service' end
  from (select property_manager.claims()) c (claims)
$$;

-- Notes in the admin audit what an actor decided, in the transaction of the decision.
create function property_manager.note_decided(p_actor text, p_action text, p_details jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.admin_audit (actor, role_name, action, details)
  values (coalesce(p_actor, property_manager.calling_actor()),
    coalesce(property_manager.claims() ->> 'role', 'service_role'), p_action, p_details)
$$;

-- Notes a deed of the caller in the admin audit. Out: the actor.
create function property_manager.note_deed(p_action text, p_details jsonb) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_actor constant text := property_manager.calling_actor();
begin
  perform property_manager.note_decided(v_actor, p_action, p_details);
  return v_actor;
end
$$;

-- What every deed of staff begins with: who may, and how often. Out: the actor.
create function property_manager.admit_staff() returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_staff();
  if current_setting('property_manager.counted', true) is distinct from 'yes' then
    perform public.limit_calls();
  end if;
  return property_manager.calling_actor();
end
$$;

-- Admits staff, and leaves a line in the admin audit. Out: the actor.
create function property_manager.begin_deed(p_action text, p_details jsonb) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.admit_staff();
  return property_manager.note_deed(p_action, p_details);
end
$$;

-- Who decided, and when, as a sentence goes on: `, by ana at 2026-11-28 20:12 UTC`; empty where nobody did.
create function property_manager.decided(p_by text, p_at timestamptz) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when p_by is null then '' else format(', by %s at %s UTC', p_by,
    to_char(p_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')) end
$$;

-- Counts a call that may write against the limit of its role; one too many is answered with status 429. The
-- HTTP API calls it before every request where it is set as its db-pre-request; deeds of staff are counted
-- without that.
create function public.limit_calls() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_claims constant jsonb := property_manager.claims();
  v_role   constant text := coalesce(v_claims ->> 'role', 'anon');
  v_limit  constant integer := (
    select per_minute from property_manager.call_limits where role_name = v_role);
  v_calls  integer;
begin
  -- nothing can be counted where nothing can be written
  if v_limit is null or current_setting('transaction_read_only') = 'on' then
    return;
  end if;
  insert into property_manager.calls as c (role_name, caller, began, calls)
  values (v_role, coalesce(v_claims ->> 'sub', ''), now(), 1)
  on conflict (role_name, caller) do update
    set calls = case when excluded.began < c.began + interval '1 minute' then c.calls + 1 else 1 end,
      began = case when excluded.began < c.began + interval '1 minute' then c.began else excluded.began end
  returning c.calls into v_calls;
  if v_calls > v_limit then
    raise exception 'too many calls: % may make % in a minute', v_role, v_limit
      using errcode = 'PT429', hint = 'wait a minute';
  end if;
  perform set_config('property_manager.counted', 'yes', true);
end
$$;
grant execute on function public.limit_calls to anon, authenticated, service_role;
