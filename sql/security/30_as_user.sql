-- What the program does in the name of a user that it has verified, as the HTTP API does it: as the role
-- `authenticated` with the user's claims. What that role may not call is refused here too.

-- Calls a function of staff with the claims of a verified token. It runs as its caller, who must be a member
-- of `authenticated`. In: the claims; the function's name; its arguments by name. Out: what it returns.
create function api.as_user(p_claims jsonb, p_function text, p_arguments jsonb default '{}') returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_role     constant text := current_setting('role');
  v_function pg_proc;
  v_declared text;
  v_passed   text;
  v_answer   jsonb;
begin
  select p.* into v_function from pg_proc p
  where p.pronamespace = 'api'::regnamespace and p.proname = p_function and p.proname like 'staff\_%';
  if not found then
    raise exception 'this database has no function api.% of staff', p_function
      using errcode = 'PMVER', hint = 'run: property-manager db migrate';
  end if;
  select string_agg(format('%I %s', v_function.proargnames[n],
      format_type(v_function.proargtypes[n - 1], null)), ', '),
    string_agg(format('%1$I => given.%1$I', v_function.proargnames[n]), ', ')
  into v_declared, v_passed
  from generate_series(1, v_function.pronargs) n
  where p_arguments ? v_function.proargnames[n];
  perform set_config('request.jwt.claims', p_claims::text, true);
  perform set_config('role', 'authenticated', true);
  execute format('select to_jsonb(api.%I(%s)) from %s', p_function, coalesce(v_passed, ''),
    coalesce('jsonb_to_record($1) given(' || v_declared || ')', '(select $1) given'))
  into v_answer using p_arguments;
  perform set_config('role', v_role, true);
  perform set_config('request.jwt.claims', '', true);
  return v_answer;
end
$$;
