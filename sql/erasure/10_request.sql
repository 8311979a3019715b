-- An erasure is recorded first: from then on the contact or the fields are suppressed in what is staged.

-- Records the erasure of a contact, or finds the same one that was interrupted. In: the hash of the contact.
-- Out: the id of the erasure.
create function api.request_contact_erasure(
  p_kind text, p_hash bytea, p_digits integer, p_country_code integer, p_key_check bytea, p_actor text
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_id bigint;
begin
  lock table property_manager.erasures in share row exclusive mode;
  perform property_manager.require_erasure_key(p_key_check);
  select id into v_id from property_manager.erasures
  where hash = p_hash and completed_at is null and lifted_at is null
  order by id limit 1;
  if not found then
    insert into property_manager.erasures (kind, hash, digits, country_code, key_check, actor)
    values (p_kind, p_hash, p_digits, p_country_code, p_key_check, p_actor) returning id into v_id;
  end if;
  return v_id;
end
$$;

-- The same for fields of one listing, which need not be known yet.
create function api.request_listing_erasure(p_source text, p_property_id text, p_fields text[], p_actor text)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source integer;
  v_id     bigint;
begin
  select id into v_source from public.sources where name = p_source;
  if not found then
    raise exception 'there is no source "%"', p_source
      using errcode = 'PMNOF', hint = 'see status';
  end if;
  lock table property_manager.erasures in share row exclusive mode;
  select id into v_id from property_manager.erasures
  where source_id = v_source and property_id = p_property_id and fields = p_fields and completed_at is null
    and lifted_at is null
  order by id limit 1;
  if not found then
    insert into property_manager.erasures (kind, source_id, property_id, fields, actor)
    values ('listing', v_source, p_property_id, p_fields, p_actor) returning id into v_id;
  end if;
  return v_id;
end
$$;

-- Refuses another key: hashes under two keys could not be compared, so every host that erases or stages needs
-- the same one.
create function property_manager.require_erasure_key(p_key_check bytea) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from property_manager.erasures e where e.lifted_at is null and e.key_check <> p_key_check
  ) then
    raise exception 'the list of erased contacts was made with another key'
      using errcode = 'PMUSE',
        hint = 'set PROPERTY_MANAGER_ERASURE_KEY to the key of the host that erased first '
          '(its file erasure.key)';
  end if;
end
$$;

-- What is suppressed for a source: hashes of contacts, and fields of its listings; each with its newest
-- erasure.
create function api.suppressions(p_source text)
returns table (kind text, hash bytea, digits smallint, country_code smallint, key_check bytea,
  property_id text, fields text[], newest bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.kind, e.hash, e.digits, e.country_code, e.key_check, n.property_id, e.fields, max(e.id)
  from property_manager.erasures e
  -- a listing may be staged under an id that it had before, or as the one that it was merged into
  cross join lateral (
    select null::integer, null::text where e.kind <> 'listing'
    union all
    select h.source_id, h.property_id from property_manager.same_homes(e.source_id, e.property_id) h
    where e.kind = 'listing'
  ) n (source_id, property_id)
  where e.lifted_at is null and (e.kind <> 'listing' or n.source_id = (
    select s.id from public.sources s where s.name = p_source))
  group by e.kind, e.hash, e.digits, e.country_code, e.key_check, n.property_id, e.fields
$$;

-- Every erasure, newest first; a contact is only its number.
create function api.erasure_list() returns table (
  id bigint, kind text, source text, property_id text, fields text[], actor text, requested_at timestamptz,
  completed_at timestamptz, counts jsonb, lifted_at timestamptz, lifted_by text
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.id, e.kind, s.name, e.property_id, e.fields, e.actor, e.requested_at, e.completed_at, e.counts,
    e.lifted_at, e.lifted_by
  from property_manager.erasures e
  left join public.sources s on s.id = e.source_id
  order by e.id desc
$$;

-- Lifts an erasure and every other request of the same: it is suppressed no longer, and what was overwritten
-- stays so. Out: how many requests were lifted.
create function api.lift_erasure(p_id bigint, p_actor text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_erasure property_manager.erasures;
  v_lifted  bigint;
begin
  select * into v_erasure from property_manager.erasures where id = p_id;
  if not found then
    raise exception 'there is no erasure %', p_id using errcode = 'PMNOF', hint = 'see erase --list';
  end if;
  update property_manager.erasures
  set lifted_at = now(), lifted_by = p_actor
  where lifted_at is null
    and (hash, source_id, property_id)
      is not distinct from (v_erasure.hash, v_erasure.source_id, v_erasure.property_id);
  get diagnostics v_lifted = row_count;
  return v_lifted;
end
$$;

-- Adds the rows that a step overwrote to the counts of the erasure, and returns the step's.
create function property_manager.count_erased(p_erasure bigint, p_counts jsonb) returns jsonb
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.erasures e
  set counts = e.counts || coalesce((
    select jsonb_object_agg(c.key, c.value::bigint + coalesce((e.counts ->> c.key)::bigint, 0))
    from jsonb_each_text(p_counts) c where c.value <> '0'), '{}')
  where e.id = p_erasure
  returning p_counts
$$;

-- Completes an erasure. Out: the rows overwritten, by table.
create function api.end_erasure(p_erasure bigint) returns jsonb
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.erasures set completed_at = now() where id = p_erasure returning counts
$$;
