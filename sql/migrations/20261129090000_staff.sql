-- Staff: signed-in users who may see how the catalogue came about and decide on it; what they did; how often.

create table property_manager.staff (
  user_id  uuid primary key,
  note     text,
  added_by text not null,
  added_at timestamptz not null default now()
);
comment on table property_manager.staff is 'Users of the project that are staff, beside those whose token says so.';

create table property_manager.admin_audit (
  id        bigint generated always as identity primary key,
  at        timestamptz not null default clock_timestamp(),
  actor     text not null,
  role_name text not null,
  action    text not null,
  details   jsonb not null
);
comment on table property_manager.admin_audit is 'Append-only: who decided what by the HTTP API.';
comment on column property_manager.admin_audit.actor is 'user:UUID, the subject of the verified token, or service.';

-- An erasure alone rewrites it: it overwrites a contact in the details, as the owner, and says so.
create function property_manager.refuse_audit_rewriting() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and current_user = 'property_manager_owner'
    and current_setting('property_manager.rewriting', true) = 'erase' then
    return new;
  end if;
  raise exception 'the audit is append-only: % of admin_audit is refused', lower(tg_op)
    using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete on property_manager.admin_audit
  for each row execute function property_manager.refuse_audit_rewriting();
create trigger append_only_whole before truncate on property_manager.admin_audit
  for each statement execute function property_manager.refuse_audit_rewriting();

create table property_manager.call_limits (
  role_name  text primary key,
  per_minute integer check (per_minute > 0)
);
comment on table property_manager.call_limits is
  'How many calls that write one caller of a role may make in a minute; null: any number.';
insert into property_manager.call_limits values ('anon', 30), ('authenticated', 60), ('service_role', null);

create table property_manager.calls (
  role_name text not null,
  caller    text not null,
  began     timestamptz not null,
  calls     integer not null,
  primary key (role_name, caller)
);
comment on table property_manager.calls is 'The calls of each caller in the minute that began with the first of them.';

grant select on property_manager.staff, property_manager.admin_audit, property_manager.call_limits to service_role;

-- Visitors see what is on the market. A policy for each role: a condition that holds for every row costs nothing.
drop policy readers_see_listings on public.properties_live;
create policy visitors_see_active_listings on public.properties_live for select to anon
  using (status = 'active');
create policy users_see_listings on public.properties_live for select to authenticated using (true);

-- Users may use schema api for the functions of staff, which check who calls; each of the others is for service_role.
set local role none;
grant usage on schema api to authenticated;
set local role property_manager_owner;
