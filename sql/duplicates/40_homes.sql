-- Homes: the listings of one home, merged, kept apart, and both undone.

-- The home of a listing: its own id where it is alone.
create function property_manager.home_of(p_listing uuid) returns uuid
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (select h.home_id from property_manager.home_listings h where h.listing_id = p_listing), p_listing)
$$;

-- The listings of a home.
create function property_manager.listings_of(p_home uuid) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select h.listing_id from property_manager.home_listings h where h.home_id = p_home
  union
  select p_home where not exists (select from property_manager.home_listings h where h.listing_id = p_home)
    and exists (select from public.properties_live l where l.id = p_home)
$$;

-- Whether the home of a listing has another that a source shows: a second one of that source is another home.
create function property_manager.is_taken(p_listing uuid, p_source text, p_other uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select exists (
    select from property_manager.home_listings h
    cross join lateral (
      select g.listing_id from property_manager.home_listings g where g.home_id = h.home_id offset 0) g
    cross join lateral (
      select l.source, l.status from public.properties_live l where l.id = g.listing_id offset 0) l
    where h.listing_id = p_listing and g.listing_id not in (p_listing, p_other)
      and l.source = p_source and l.status = 'active')
$$;

-- Where a pair stands: merged, apart by a person's word, waiting for one (review), or settled, as one of the
-- two is of one home with another listing of the same source.
create function property_manager.standing(a public.properties_live, b public.properties_live) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case
    when property_manager.home_of(a.id) = property_manager.home_of(b.id) then 'merged'
    when exists (select from property_manager.home_decisions d
      where d.left_id = least(a.id, b.id) and d.right_id = greatest(a.id, b.id) and not d.same) then 'apart'
    when a.source <> b.source and (b.status = 'active' and property_manager.is_taken(a.id, b.source, b.id)
      or a.status = 'active' and property_manager.is_taken(b.id, a.source, a.id)) then 'settled'
    else 'review' end
$$;

-- Pairs that are one home by at least p_least and that nobody need decide, the surest first; at most p_most
-- after p_after ([probability, left, right]).
create function api.likely_pairs(p_least float8, p_after jsonb, p_most integer)
returns table (left_id uuid, right_id uuid, left_home uuid, right_home uuid, probability float8)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off set work_mem = '64MB' as $$
  select p.left_id, p.right_id, property_manager.home_of(p.left_id), property_manager.home_of(p.right_id),
    p.probability
  from (
    select n.left_id, n.right_id, n.pattern, w.probability
    from property_manager.linkage_patterns w join property_manager.linkage_pairs n using (pattern)
    where w.probability >= p_least and not n.together
      and (p_after is null or (-w.probability, n.left_id, n.right_id)
        > (-(p_after ->> 0)::float8, (p_after ->> 1)::uuid, (p_after ->> 2)::uuid))
    order by w.probability desc, n.left_id, n.right_id
    offset 0
  ) p
  join public.properties_live a on a.id = p.left_id
  join public.properties_live b on b.id = p.right_id
  where property_manager.standing(a, b) = 'review' and property_manager.veto(p.pattern, a, b) is null
  order by p.probability desc, p.left_id, p.right_id
  limit p_most
$$;

-- How many pairs wait for a person, likely by at least p_least.
create function api.pairs_to_review(p_least float8) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select count(*)
  from property_manager.linkage_patterns w
  join property_manager.linkage_pairs p using (pattern)
  join public.properties_live a on a.id = p.left_id
  join public.properties_live b on b.id = p.right_id
  where w.probability >= p_least and property_manager.standing(a, b) = 'review'
$$;

-- Every listing of the homes that are given, and what keeps two homes from being merged without a person.
create function api.home_members(p_homes uuid[])
returns table (home_id uuid, listing_id uuid, source text, shown boolean, first_seen_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select h.home_id, m.listing_id, l.source, l.status = 'active', l.first_seen_at
  from unnest(p_homes) h (home_id)
  cross join lateral property_manager.listings_of(h.home_id) m (listing_id)
  join public.properties_live l on l.id = m.listing_id
$$;

-- What people said: pairs of listings that are not of one home, of the homes that are given.
create function api.kept_apart(p_homes uuid[]) returns table (left_id uuid, right_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.left_id, d.right_id
  from unnest(p_homes) h (home_id)
  cross join lateral property_manager.listings_of(h.home_id) m (listing_id)
  join property_manager.home_decisions d on d.left_id = m.listing_id
  where not d.same
  union
  select d.left_id, d.right_id
  from unnest(p_homes) h (home_id)
  cross join lateral property_manager.listings_of(h.home_id) m (listing_id)
  join property_manager.home_decisions d on d.right_id = m.listing_id
  where not d.same
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
  -- a listing that bears the id of its home is not written down while it is alone
  insert into property_manager.home_listings (listing_id, home_id)
  select l.id, l.id from public.properties_live l
  where l.id in (select m.to_home from jsonb_to_recordset(v_moved) m (to_home uuid))
  on conflict (listing_id) do nothing;
  insert into property_manager.home_listings (listing_id, home_id)
  select m.listing_id, m.to_home from jsonb_to_recordset(v_moved) m (listing_id uuid, to_home uuid)
  on conflict (listing_id) do update set home_id = excluded.home_id;
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
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_merge    record;
  v_listings uuid[];
  v_merged   bigint := 0;
begin
  perform from property_manager.linkage_progress for update;
  for v_merge in
    select m.into_home, m.homes, m.probability
    from jsonb_to_recordset(p_merges) m (into_home uuid, homes uuid[], probability float8)
  loop
    v_listings := array(
      select g.listing from unnest(v_merge.homes || v_merge.into_home) h (home)
      cross join lateral property_manager.listings_of(h.home) g (listing));
    continue when exists (
      select from property_manager.home_decisions d
      where d.left_id = any (v_listings) and d.right_id = any (v_listings) and not d.same);
    if property_manager.note_homes('merge', property_manager.moves_to(v_listings, v_merge.into_home), '[]',
        v_merge.probability, p_actor, null, null) is not null then
      v_merged := v_merged + cardinality(v_merge.homes);
    end if;
  end loop;
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
