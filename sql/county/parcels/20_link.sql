-- Linking: records find their parcel by its id; only what changed is looked at, and what waited for it.

-- The kinds whose records are of a parcel.
create function property_manager.kinds_of_parcels() returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select '{tax_sales,tax_certificates,foreclosures,property_records,code_violations}'::text[]
$$;

-- Records of a kind as they are matched: those with these ids. A kind without an address has none.
create function property_manager.records_to_match(p_kind text, p_records uuid[])
returns table (record uuid, property_id uuid, is_active boolean, source text, record_id text, state text,
  county_fips text, parcel_id_normalized text, parcel_id text, address_normalized text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  -- the inner query's own column is found before the outer one of the same name
  return query execute format($sql$
    select f.* from (select null::text as address_normalized) missing
    cross join (select distinct u.id from unnest($1) u (id)) g
    cross join lateral (
      select r.id, r.property_id, r.is_active, r.source, r.record_id, r.state, r.county_fips,
        r.parcel_id_normalized, r.parcel_id, address_normalized
      from county.%I r where r.id = g.id offset 0
    ) f$sql$, p_kind) using p_records;
end
$$;

-- Where each of these records belongs: (record, parcel, named, standing, why). `named` is the parcel that its
-- id names; standing and why are null where nothing is to be said of it. A person's word holds while the
-- record has the parcel id that it had then; that it is of no parcel, while its id names the same or none.
create function property_manager.judged(p_kind text, p_records uuid[])
returns table (record uuid, source text, record_id text, property_id uuid, parcel uuid, named uuid,
  standing text, why text)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
  select r.record, r.source, r.record_id, r.property_id,
    case when d.decided = 'link' then d.parcel when d.decided = 'leave' or j.waits then null else p.id end,
    p.id,
    case when d.decided = 'link' or not r.is_active then null
      when d.decided = 'leave' then 'left'
      when p.id is null or j.waits then 'waiting'
      when j.disagrees then 'linked' end,
    case when p.id is not null then case when j.waits then 'other_order' else 'other_address' end
      when r.parcel_id_normalized is null then 'no_id' else 'no_parcel' end
  from property_manager.records_to_match(p_kind, p_records) r
  left join lateral (
    select p.id, p.address_normalized from county.properties p
    where p.state = r.state and p.county_fips = r.county_fips
      and p.parcel_id_normalized = r.parcel_id_normalized offset 0
  ) p on true
  left join lateral (
    select c.decided, c.parcel from (
      select d.* from county.parcel_decisions d where d.record = r.record order by d.id desc limit 1) c
    where exists (select from county.parcel_decisions) and c.decided <> 'undo'
      and c.parcel_id_normalized is not distinct from r.parcel_id_normalized
      and (r.parcel_id_normalized is not null or c.parcel_id is not distinct from r.parcel_id)
      and (c.decided = 'link' or c.named is not distinct from p.id)
  ) d on true
  cross join lateral (
    select case when p.address_normalized <> r.address_normalized
      then property_manager.addresses_disagree(p.address_normalized, r.address_normalized) end as disagrees
    offset 0
  ) a
  left join lateral (
    select k.rule from property_manager.county_keys k
    where a.disagrees and k.state = r.state and k.county_fips = r.county_fips offset 0
  ) k on true
  cross join lateral (
    -- a case calls its function only where it is to be known; an `and` calls it for a null, too
    select coalesce(a.disagrees, false) as disagrees, case when a.disagrees
      then property_manager.is_ambiguous_key(r.parcel_id_normalized, k.rule) else false end as waits
    offset 0
  ) j
$$;

-- Links records of a kind to their parcels, or takes them from one; writes down those that wait. Out: how
-- many were linked and how many lost their parcel.
create function property_manager.link_kind(p_kind text, p_records uuid[])
returns table (linked bigint, unlinked bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off
set enable_seqscan = off as $$
begin
  return query execute format($sql$
    with judged as materialized (
      select * from property_manager.judged(%1$L, $1)
    ), moved as (
      update county.%1$I r set property_id = j.parcel
      from judged j
      where r.id = j.record and j.property_id is distinct from j.parcel
      returning j.parcel
    ), settled as (
      delete from county.waiting_records w using judged j where w.record = j.record and j.standing is null
    ), waits as (
      insert into county.waiting_records as w (record, kind, source, record_id, standing, why, parcel)
      select j.record, %1$L, j.source, j.record_id, j.standing, j.why, j.named
      from judged j where j.standing is not null
      on conflict (record) do update
        set standing = excluded.standing, why = excluded.why, parcel = excluded.parcel,
          since = case when w.standing = excluded.standing then w.since else excluded.since end
        where (w.standing, w.why, w.parcel)
          is distinct from (excluded.standing, excluded.why, excluded.parcel)
    )
    select count(m.parcel), count(*) - count(m.parcel) from moved m$sql$, p_kind)
  using p_records;
end
$$;

-- The records of a kind that parcels concern: those that wait for one of these ids, and those that are linked
-- to a parcel whose address is another now.
create function property_manager.concerned(p_kind text, p_parcels uuid[], p_moved uuid[]) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
declare
  v_found uuid[];
begin
  execute format($sql$
    select array(
      select r.id
      from unnest($1) u (id)
      cross join lateral (select p.* from county.properties p where p.id = u.id offset 0) p
      cross join lateral (
        select r.id from county.%1$I r
        where r.property_id is null and r.state = p.state and r.county_fips = p.county_fips
          and r.parcel_id_normalized = p.parcel_id_normalized offset 0
      ) r
      where exists (select from county.%1$I w where w.property_id is null)
      union
      select r.id from unnest($2) u (id)
      cross join lateral (select r.id from county.%1$I r where r.property_id = u.id offset 0) r)$sql$, p_kind)
  into v_found using p_parcels, p_moved;
  return v_found;
end
$$;

-- Links what the next changes say, at most p_most of them, in the order of the feed. Out: how many records
-- found a parcel and how many lost theirs, and whether more changes are to be looked at.
create function api.link_records(p_most integer)
returns table (changes bigint, linked bigint, unlinked bigint, remaining boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off
set enable_seqscan = off as $$
declare
  v_at      property_manager.parcel_links;
  v_set     record;
  v_next    record;
  v_kinds   text[] := '{}'::text[];
  v_records uuid[] := '{}'::uuid[];
  v_parcels uuid[] := '{}'::uuid[];
  v_moved   uuid[] := '{}'::uuid[];
  v_kind    text;
  v_found   uuid[];
  v_count   record;
begin
  select * into v_at from property_manager.parcel_links for update;
  changes := 0::bigint; linked := 0::bigint; unlinked := 0::bigint; remaining := false;
  for v_set in
    select s.id, case when s.position = v_at.position then v_at.change else 0::bigint end as after, s.position
    from property_manager.change_sets s where s.position >= v_at.position order by s.position
  loop
    select count(*) as read, max(c.id) as last,
      array_agg(c.kind) filter (where c.kind <> 'properties' and c.counts) as kinds,
      array_agg(c.record) filter (where c.kind <> 'properties' and c.counts) as records,
      array_agg(c.record) filter (where c.kind = 'properties' and c.counts) as parcels,
      array_agg(c.record) filter (where c.kind = 'properties' and c.field_name = 'address') as moved
    into v_next
    from (
      select c.id, c.kind, c.record, c.field_name, c.change_type = 'created' or c.field_name in ('state',
        'county_fips', 'parcel_id_normalized', 'parcel_id', 'address', 'record_status') as counts
      from county.changes c where c.change_set_id = v_set.id and c.id > v_set.after
      order by c.id limit p_most - changes
    ) c;
    v_kinds := v_kinds || v_next.kinds;
    v_records := v_records || v_next.records;
    v_parcels := v_parcels || v_next.parcels;
    v_moved := v_moved || v_next.moved;
    changes := changes + v_next.read;
    remaining := changes >= p_most;
    v_at.position := v_set.position + case when remaining then 0 else 1 end;
    v_at.change := case when remaining then v_next.last else 0::bigint end;
    exit when remaining;
  end loop;
  foreach v_kind in array property_manager.kinds_of_parcels() loop
    v_found := array(select u.record from unnest(v_kinds, v_records) u (kind, record) where u.kind = v_kind)
      || property_manager.concerned(v_kind, v_parcels, v_moved);
    if v_found <> '{}' then
      select * into v_count from property_manager.link_kind(v_kind, v_found);
      linked := linked + v_count.linked;
      unlinked := unlinked + v_count.unlinked;
    end if;
  end loop;
  update property_manager.parcel_links p set position = v_at.position, change = v_at.change
  where (p.position, p.change) <> (v_at.position, v_at.change);
  return next;
end
$$;

-- Has every record looked at anew by the next link_records(), whatever was looked at before.
create function api.link_records_anew() returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.parcel_links p set position = 0, change = 0
$$;
