-- What every function for readers shares: who asks, which version is answered, and for how long it may be
-- kept.

-- The role that asks, past the functions that run as their owner.
create function property_manager.caller() returns name
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(nullif(current_setting('role', true), 'none')::name, session_user)
$$;

-- Whether a role sees every listing; others see those that are on the market.
create function property_manager.sees_all(p_role name) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select pg_has_role(p_role, 'authenticated', 'usage')
    or has_table_privilege(p_role, 'public.properties_live', 'select')
$$;

-- The version of what readers see: equal ones have equal answers. It begins with the feed's position; a
-- review, and what a source permits, raise the number after it, and a deploy or a restored backup change
-- the rest.
create function public.catalogue_version() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select format('%s.%s-%s', f.position, f.revision, left(md5(concat(
    (select s.committed_at from property_manager.change_sets s where s.position = f.position),
    (select v.version from property_manager.code_version v))), 8))
  from property_manager.feed f
$$;
grant execute on function public.catalogue_version to anon, authenticated, service_role;

-- Says in the headers of an HTTP answer which version it is of (ETag) and how long it may be kept, and
-- whether the caller has it already: then the answer is the status 304, and the function that asks need
-- find nothing.
create function property_manager.is_answered(p_function text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_caller  constant name := property_manager.caller();
  v_seconds constant integer := coalesce((
    select seconds from property_manager.answer_lifetimes where function_name = p_function), 0);
  v_tag     constant text := format('"%s-%s"', public.catalogue_version(), v_caller);
begin
  if current_setting('request.method', true) is distinct from 'GET' then
    return false;
  end if;
  perform set_config('response.headers', jsonb_build_array(
    jsonb_build_object('ETag', 'W/' || v_tag),
    jsonb_build_object('Vary', 'Accept, Accept-Profile, Authorization, Prefer, Range, apikey'),
    jsonb_build_object('Cache-Control', case v_caller when 'anon' then 'public, ' else 'private, ' end
      || case v_seconds when 0 then 'no-cache' else format('max-age=%s, must-revalidate', v_seconds) end)
  )::text, true);
  if v_tag = any (regexp_split_to_array(regexp_replace(coalesce(
      nullif(current_setting('request.headers', true), '')::jsonb ->> 'if-none-match', ''), 'W/', '', 'g'),
      '\s*,\s*')) then
    perform set_config('response.status', '304', true);
    return true;
  end if;
  return false;
end
$$;

-- Lets caches repeat the answers of a function for so many seconds without asking again; 0: never, which
-- is how every function begins. What has changed meanwhile is then seen as much later.
create function api.keep_answers(p_function text, p_seconds integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from pg_catalog.pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.proname = p_function
        and p.prosrc like '%property_manager.is_answered(%') then
    raise exception 'there is no function of readers named "%"', p_function
      using errcode = 'PMNOF', hint = 'see docs/frontend.md';
  end if;
  insert into property_manager.answer_lifetimes as a values (p_function, p_seconds)
  on conflict (function_name) do update set seconds = excluded.seconds;
  update property_manager.feed set revision = revision + 1;
end
$$;
