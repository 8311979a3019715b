-- Homes: the listings of one home, merged, kept apart, and both undone.

-- The home of a listing: its own id where it is alone.
create function property_manager.home_of(p_listing uuid) returns uuid
language sql stable set search_path = pg_catalog, pg_temp as $$
  select /*use home_id p_listing*/
$$;

-- The listings of a home.
create function property_manager.listings_of(p_home uuid) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  /*use listings_of p_home*/
$$;

-- Where a pair stands, as its listings are in live: merged, apart, review or settled.
create function property_manager.standing(a public.properties_live, b public.properties_live) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select /*use standing x, y*/
  from (select a.id as listing_id, a.source, a.status = 'active' as shown) x
  cross join (select b.id as listing_id, b.source, b.status = 'active' as shown) y
$$;

-- Every listing of the homes that are given, and what keeps two homes from being merged without a person.
create function api.home_members(p_homes uuid[])
returns table (home_id uuid, listing_id uuid, source text, shown boolean, first_seen_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select h.home_id, m.listing_id, l.source, l.status = 'active', l.first_seen_at
  from unnest(p_homes) h (home_id)
  cross join lateral (/*use listings_of h.home_id*/) m (listing_id)
  join public.properties_live l on l.id = m.listing_id
$$;

-- What people said: pairs of listings that are not of one home, of the homes that are given.
create function api.kept_apart(p_homes uuid[]) returns table (left_id uuid, right_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select d.left_id, d.right_id
  from unnest(p_homes) h (home_id)
  cross join lateral (/*use listings_of h.home_id*/) m (listing_id)
  join property_manager.home_decisions d on d.left_id = m.listing_id
  where not d.same
  union
  select d.left_id, d.right_id
  from unnest(p_homes) h (home_id)
  cross join lateral (/*use listings_of h.home_id*/) m (listing_id)
  join property_manager.home_decisions d on d.right_id = m.listing_id
  where not d.same
$$;

-- Brings listings to the homes that events say, and notes those of both homes: their pairs stand otherwise.
create function property_manager.move_listings(p_events bigint[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_listings uuid[];
  v_from     uuid[];
  v_to       uuid[];
begin
  select array_agg(m.listing_id), array_agg(m.from_home), array_agg(m.to_home)
  into v_listings, v_from, v_to
  from unnest(p_events) u (id)
  join property_manager.home_events e on e.id = u.id
  cross join jsonb_to_recordset(e.moved) m (listing_id uuid, from_home uuid, to_home uuid);
  -- a listing that bears the id of its home is not written down while it is alone
  insert into property_manager.home_listings (listing_id, home_id)
  select l.id, l.id from (select distinct h.id from unnest(v_to) h (id)) h
  join public.properties_live l on l.id = h.id
  on conflict (listing_id) do nothing;
  insert into property_manager.home_listings (listing_id, home_id)
  select m.listing_id, m.home_id from unnest(v_listings, v_to) m (listing_id, home_id)
  on conflict (listing_id) do update set home_id = excluded.home_id;
  insert into property_manager.linkage_touched (listing_id)
  select m.id from unnest(v_listings) m (id)
  union
  select h.listing_id from unnest(v_from) f (id)
  join property_manager.home_listings h on h.home_id = f.id
  on conflict do nothing;
end
$$;

-- Notes what becomes of homes: listings move to homes, people's word of pairs is kept. In: p_moves,
-- [{listing_id, to_home}]; p_decided, the pairs they speak of, [{left_id, right_id, same}], null to take a
-- word back. Out: the event, null where nothing becomes of it.
create function property_manager.note_homes(p_kind text, p_moves jsonb, p_decided jsonb, p_probability float8,
  p_actor text, p_reason text, p_undoes bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_event bigint;
  v_moved jsonb;
  v_said  jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object('listing_id', m.listing_id,
    'from_home', property_manager.home_of(m.listing_id), 'to_home', m.to_home) order by m.listing_id), '[]')
  into v_moved
  from jsonb_to_recordset(p_moves) m (listing_id uuid, to_home uuid)
  where property_manager.home_of(m.listing_id) <> m.to_home;
  select coalesce(jsonb_agg(jsonb_build_object('left_id', n.left_id, 'right_id', n.right_id, 'same', d.same)),
    '[]') into v_said
  from jsonb_to_recordset(p_decided) n (left_id uuid, right_id uuid, same boolean)
  left join property_manager.home_decisions d using (left_id, right_id)
  where d.same is distinct from n.same;
  if v_moved = '[]' and v_said = '[]' then
    return null;
  end if;
  v_event := nextval(pg_get_serial_sequence('property_manager.home_events', 'id'));
  insert into property_manager.home_events (id, kind, moved, decided, probability, reason, actor, undoes,
    decision)
  overriding system value
  values (v_event, p_kind, v_moved, v_said, p_probability, p_reason, p_actor, p_undoes,
    coalesce((select e.decision from property_manager.home_events e where e.id = p_undoes), v_event));
  perform property_manager.move_listings(array[v_event]);
  insert into property_manager.linkage_touched (listing_id)
  select distinct n.id
  from jsonb_to_recordset(p_decided) d (left_id uuid, right_id uuid)
  cross join lateral (values (d.left_id), (d.right_id)) n (id)
  on conflict do nothing;
  insert into property_manager.home_decisions (left_id, right_id, same, event_id)
  select n.left_id, n.right_id, n.same, v_event
  from jsonb_to_recordset(p_decided) n (left_id uuid, right_id uuid, same boolean)
  where n.same is not null
  on conflict (left_id, right_id) do update set same = excluded.same, event_id = excluded.event_id;
  delete from property_manager.home_decisions d
  using jsonb_to_recordset(p_decided) n (left_id uuid, right_id uuid, same boolean)
  where n.same is null and d.left_id = n.left_id and d.right_id = n.right_id;
  return v_event;
end
$$;

-- Notes in the admin audit what a person decided of homes. Out: the event, null where nothing became of it.
create function property_manager.note_decision(p_action text, p_event bigint, p_actor text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into property_manager.admin_audit (actor, role_name, action, details)
  select p_actor, coalesce(property_manager.claims() ->> 'role', 'service_role'), p_action,
    jsonb_build_object('decision', e.id, 'undoes', e.undoes, 'reason', e.reason, 'listings',
      property_manager.listings_in(e))
  from property_manager.home_events e where e.id = p_event;
  return p_event;
end
$$;

-- That listings move to a home, as note_homes() takes it.
create function property_manager.moves_to(p_listings uuid[], p_home uuid) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('listing_id', l.id, 'to_home', p_home)), '[]')
  from unnest(p_listings) l (id)
$$;

-- The pairs between two sets of listings, of which the same is said.
create function property_manager.said_of(p_left uuid[], p_right uuid[], p_same boolean) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(distinct jsonb_build_object('left_id', least(a, b), 'right_id', greatest(a, b),
    'same', p_same)), '[]')
  from unnest(p_left) a cross join unnest(p_right) b where a <> b
$$;

-- Merges homes that comparisons say are one: [{into_home, homes, probability}], but for those of which a
-- person has since said otherwise. Out: how many homes went into others.
create function api.merge_homes(p_merges jsonb, p_actor text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_events bigint[];
  v_merged bigint;
begin
  perform from property_manager.linkage_progress for update;
  with planned as materialized (
    select row_number() over () as place, m.*
    from jsonb_to_recordset(p_merges) m (into_home uuid, homes uuid[], probability float8)
  ), members as materialized (
    select p.place, p.into_home, cardinality(p.homes) as homes, p.probability, h.id as home_id, g.listing_id
    from planned p
    cross join unnest(p.homes || p.into_home) h (id)
    cross join lateral (/*use listings_of h.id*/) g
  ), refused as materialized (
    select a.place
    from members a
    join property_manager.home_decisions d on d.left_id = a.listing_id and not d.same
    where exists (select from members b where b.place = a.place and b.listing_id = d.right_id)
  ), moved as materialized (
    select m.homes, m.probability, jsonb_agg(jsonb_build_object('listing_id', m.listing_id,
      'from_home', m.home_id, 'to_home', m.into_home) order by m.listing_id) as listings
    from members m
    where m.home_id <> m.into_home and m.place not in (select r.place from refused r)
    group by m.place, m.homes, m.probability
  ), noted as (
    insert into property_manager.home_events (id, kind, moved, probability, actor, decision)
    overriding system value
    select n.id, 'merge', n.listings, n.probability, p_actor, n.id
    from (
      select nextval(pg_get_serial_sequence('property_manager.home_events', 'id')) as id, m.*
      from moved m offset 0
    ) n
    returning id
  )
  select (select array_agg(n.id) from noted n), coalesce(sum(m.homes), 0)
  into v_events, v_merged from moved m;
  perform property_manager.move_listings(v_events);
  return v_merged;
end
$$;

-- Refuses listings that are not in live.
create function property_manager.require_listings(p_listings uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_missing uuid;
begin
  select m.id into v_missing from unnest(p_listings) m (id)
  where not exists (select from public.properties_live l where l.id = m.id) limit 1;
  if found then
    raise exception 'there is no listing %', v_missing using errcode = 'PMNOF';
  end if;
end
$$;

-- Says that listings are of one home: the home of the first of them has them all. Out: the event, null
-- where they were before.
create function api.merge_listings(p_listings uuid[], p_actor text, p_reason text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_home  uuid;
  v_all   uuid[];
  v_apart record;
  v_event bigint;
begin
  perform property_manager.require_listings(p_listings);
  perform from property_manager.linkage_progress for update;
  select property_manager.home_of(l.id) into v_home
  from public.properties_live l where l.id = any (p_listings) order by l.first_seen_at, l.id limit 1;
  v_all := array(
    select distinct g.listing from unnest(p_listings) m (id)
    cross join lateral property_manager.listings_of(property_manager.home_of(m.id)) g (listing));
  select d.left_id, d.right_id, d.event_id into v_apart
  from property_manager.home_decisions d
  where d.left_id = any (v_all) and d.right_id = any (v_all) and not d.same
    and not (d.left_id = any (p_listings) and d.right_id = any (p_listings))
  limit 1;
  if found then
    raise exception 'listings % and % would be of one home, and were kept apart by decision %',
      left(v_apart.left_id::text, 8), left(v_apart.right_id::text, 8), v_apart.event_id
      using errcode = 'PMUSE', hint = format('duplicates undo %s', v_apart.event_id);
  end if;
  v_event := property_manager.note_homes('merge', property_manager.moves_to(v_all, v_home),
    property_manager.said_of(p_listings, p_listings, true), null, p_actor, p_reason, null);
  return property_manager.note_decision('merge_listings', v_event, p_actor);
end
$$;

-- Says that a listing is not of one home with others; without p_others, with any that is of its home. It
-- leaves that home, if it is one, to a home of its own. Out: the event, null where nothing was to be said.
create function api.keep_apart(p_listing uuid, p_others uuid[], p_actor text, p_reason text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_home   uuid;
  v_with   uuid[];
  v_leaves boolean;
  v_event  bigint;
begin
  perform property_manager.require_listings(p_others || p_listing);
  perform from property_manager.linkage_progress for update;
  v_home := property_manager.home_of(p_listing);
  v_with := array(select g from property_manager.listings_of(v_home) g where g <> p_listing);
  v_leaves := coalesce(p_others, v_with) && v_with;
  v_event := property_manager.note_homes('apart',
    property_manager.moves_to(case when v_leaves then array[p_listing] else '{}' end,
      -- where the home bears its id, the others keep that
      case when v_home = p_listing then gen_random_uuid() else p_listing end),
    property_manager.said_of(array[p_listing],
      case when v_leaves then v_with else '{}' end || coalesce(p_others, '{}'), false),
    null, p_actor, p_reason, null);
  return property_manager.note_decision('keep_apart', v_event, p_actor);
end
$$;

-- The listings that an event is about.
create function property_manager.listings_in(e property_manager.home_events) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select array(
    select n.value from jsonb_array_elements(e.moved || e.decided) o cross join lateral jsonb_each_text(o) n
    where n.key in ('listing_id', 'left_id', 'right_id')
    group by n.value order by n.value)
$$;

-- The listings and homes that an event is about.
create function property_manager.concerned(e property_manager.home_events) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select array(
    select n.value from jsonb_array_elements(e.moved || e.decided) o cross join lateral jsonb_each_text(o) n
    where n.key <> 'same')
$$;

-- What is said of pairs, where the first of two words of one pair counts.
create function property_manager.first_said(p_first jsonb, p_second jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(s.said), '[]')
  from (
    select distinct on (n.said ->> 'left_id', n.said ->> 'right_id') n.said
    from jsonb_array_elements(p_first || p_second) with ordinality n (said, place)
    order by n.said ->> 'left_id', n.said ->> 'right_id', n.place
  ) s
$$;

-- Takes back what became of homes by an event, also by one that took something back. Listings that a merge
-- brought together are kept apart from then on, or they would be merged again. Out: the event that undoes it.
create function api.undo_home_event(p_event bigint, p_actor text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_event property_manager.home_events;
  v_later record;
  v_moved uuid[];
  v_rest  uuid[];
begin
  perform from property_manager.linkage_progress for update;
  select * into v_event from property_manager.home_events where id = p_event;
  if not found then
    raise exception 'there is no decision %', p_event using errcode = 'PMNOF', hint = 'see duplicates log';
  end if;
  select max(e.id) as id, count(*) % 2 = 1 as is_undone into v_later
  from property_manager.home_events e where e.decision = v_event.decision and e.id > p_event;
  if v_later.id is not null then
    raise exception 'decision % is % by decision %', p_event,
      case when v_later.is_undone then 'undone' else 'restored' end, v_later.id
      using errcode = 'PMUSE', hint = format('duplicates undo %s', v_later.id);
  end if;
  -- of what came later, an event and what undid it come to nothing
  select max(e.id) as id into v_later
  from property_manager.home_events e
  where e.id > p_event and property_manager.concerned(e) && property_manager.concerned(v_event)
  group by e.decision
  having count(*) % 2 = 1
  order by max(e.id) desc limit 1;
  if found then
    raise exception 'decision % came later and is about the same home', v_later.id
      using errcode = 'PMUSE', hint = format('duplicates undo %s', v_later.id);
  end if;
  v_moved := array(select (m ->> 'listing_id')::uuid from jsonb_array_elements(v_event.moved) m);
  v_rest := case when v_event.kind = 'merge' then array(
    select g from property_manager.listings_of((v_event.moved -> 0 ->> 'to_home')::uuid) g
    where g <> all (v_moved)) else '{}' end;
  return property_manager.note_decision('undo_home_event', property_manager.note_homes('undo', (
      select coalesce(jsonb_agg(jsonb_build_object('listing_id', m ->> 'listing_id',
        'to_home', m ->> 'from_home')), '[]')
      from jsonb_array_elements(v_event.moved) m
    ), property_manager.first_said(property_manager.said_of(v_moved, v_rest, false), v_event.decided),
    null, p_actor, null, p_event), p_actor);
end
$$;
