-- The records that wait: listed, counted, shown with their candidates.

-- How many records wait, were left and are linked with a doubt, by kind.
create function api.waiting_counts() returns table (kind text, standing text, why text, records bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select w.kind, w.standing, w.why, count(*) from county.waiting_records w
  group by w.kind, w.standing, w.why order by w.kind, w.standing, w.why
$$;

-- Records of a standing, the longest waiting first, after p_after ([since, record]), of a kind and of a
-- source or (null) of any; at most p_most. With the likeliest candidate of each.
create function api.waiting_records(p_standing text, p_kind text, p_source text, p_after jsonb,
  p_most integer)
returns table (record uuid, kind text, source text, record_id text, why text, since timestamptz,
  parcel_id text, parcel_id_normalized text, address text, city text, candidate uuid,
  candidate_parcel_id text, candidate_address text, score numeric, reasons text[])
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select w.record, w.kind, w.source, w.record_id, w.why, w.since, r.parcel_id, r.parcel_id_normalized,
    r.address, r.city, c.parcel, p.parcel_id_normalized, p.address, c.score, c.reasons
  from (
    select w.* from county.waiting_records w
    where w.standing = p_standing and (p_kind is null or w.kind = p_kind)
      and (p_source is null or w.source = p_source)
      and (p_after is null or (w.since, w.record) > ((p_after ->> 0)::timestamptz, (p_after ->> 1)::uuid))
    order by w.since, w.record limit p_most
  ) w
  cross join lateral property_manager.record_place(w.kind, w.record) r
  left join lateral property_manager.candidates_of(w.kind, w.record, 1) c on true
  left join lateral (select p.* from county.properties p where p.id = c.parcel offset 0) p on true
  order by w.since, w.record
$$;

-- The records that are named so: by source and id within it, or by the start of the record's own id.
create function api.find_records(p_source text, p_record_id text, p_start text)
returns table (record uuid, kind text, source text, record_id text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_kind text;
begin
  foreach v_kind in array property_manager.kinds_of_parcels() loop
    return query execute format($sql$
      select r.id, %1$L, r.source, r.record_id from county.%1$I r where r.source = $1 and r.record_id = $2
      union
      select r.id, %1$L, r.source, r.record_id from county.%1$I r
      where r.id between rpad($3, 32, '0')::uuid and rpad($3, 32, 'f')::uuid
      limit 3$sql$, v_kind) using p_source, p_record_id, p_start;
  end loop;
end
$$;

-- A parcel as a candidate is shown.
create function property_manager.parcel_card(p county.properties) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('property_id', p.id, 'parcel_id_normalized', p.parcel_id_normalized,
    'parcel_id', p.parcel_id, 'address', p.address, 'unit', p.unit, 'city', p.city, 'latitude', p.latitude,
    'longitude', p.longitude, 'is_active', p.is_active)
$$;

-- One record: what it says, where it stands, what was decided of it, and its candidates.
create function api.record_with_candidates(p_kind text, p_record uuid, p_most integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
    'record', p_record, 'kind', p_kind, 'source', r.source, 'record_id', r.record_id,
    'is_active', r.is_active, 'property_id', r.property_id, 'parcel_id', r.parcel_id,
    'parcel_id_normalized', r.parcel_id_normalized,
    'address', r.address, 'unit', r.unit, 'city', r.city, 'latitude', r.latitude, 'longitude', r.longitude,
    'standing', coalesce(w.standing, case when r.property_id is not null then 'linked' end), 'why', w.why,
    'since', w.since,
    'parcel', (select property_manager.parcel_card(p) from county.properties p where p.id = r.property_id),
    'named', (select property_manager.parcel_card(p) from county.properties p where p.id = w.parcel),
    'candidates', coalesce((
      select jsonb_agg(property_manager.parcel_card(p) || jsonb_build_object('score', c.score, 'reasons',
        to_jsonb(c.reasons)) order by c.score desc, p.parcel_id_normalized)
      from property_manager.candidates_of(p_kind, p_record, p_most) c
      cross join lateral (select p.* from county.properties p where p.id = c.parcel offset 0) p), '[]'),
    'decisions', coalesce((
      select jsonb_agg(jsonb_build_object('id', d.id, 'decided', d.decided, 'parcel', d.parcel,
        'reason', d.reason, 'actor', d.actor, 'created_at', d.created_at, 'undoes', d.undoes)
        order by d.id desc)
      from county.parcel_decisions d where d.record = p_record), '[]'))
  from property_manager.record_place(p_kind, p_record) r
  left join county.waiting_records w on w.record = p_record
$$;

-- The parcels that a person means for a record, in the record's county: by id as anybody prints it, with
-- range or section first, or by the parcel's own id.
create function api.parcels_for_record(p_kind text, p_record uuid, p_written text)
returns table (property_id uuid, parcel_id_normalized text)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
  select p.id, p.parcel_id_normalized
  from property_manager.record_place(p_kind, p_record) r
  left join property_manager.county_keys k on k.state = r.state and k.county_fips = r.county_fips
  cross join lateral (
    select upper(regexp_replace(p_written, '[^[:alnum:]]', '', 'g')) as key
  ) w
  cross join lateral (
    select w.key union select property_manager.swapped_key(w.key, k.rule)
  ) n
  cross join lateral (
    select p.* from county.properties p
    where p.state = r.state and p.county_fips = r.county_fips and p.parcel_id_normalized = n.key offset 0
  ) p
  union
  select p.id, p.parcel_id_normalized from county.properties p
  where p_written ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    and p.id = case when p_written ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_written::uuid end
$$;
