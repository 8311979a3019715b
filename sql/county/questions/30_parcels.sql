-- One parcel with everything that is known of it.

-- The counties that have records of a kind: all parcels, or other records that wait for one. Each is found by
-- the end of the one before in the index, however many records it has.
create function property_manager.counties_with(p_kind text) returns table (state text, county_fips text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off as $$
begin
  return query execute format('with recursive found as (
      (select r.state, r.county_fips from county.%1$I r where %2$s order by r.state, r.county_fips limit 1)
      union all
      select n.* from found f cross join lateral (
        select r.state, r.county_fips from county.%1$I r
        where %2$s and (r.state, r.county_fips) > (f.state, f.county_fips)
        order by r.state, r.county_fips limit 1) n
    ) select * from found',
    p_kind, case p_kind when 'properties' then 'true' else 'r.property_id is null' end);
end
$$;

-- Letters and figures of a parcel's id, as its key has them.
create function property_manager.bare_parcel_id(p_written text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select upper(regexp_replace(p_written, '[^0-9A-Za-z]', '', 'g'))
$$;

-- A parcel's id as people write it, as its key may be by its county's rule, if that is known: with the zeros
-- that a spreadsheet dropped; and where it begins with section, township and range, which counties print in
-- either order, the same with both ends exchanged.
create function property_manager.parcel_keys(p_written text, p_rule jsonb) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array[k.key] || case when k.key ~ '^\d{12,}$'
    then substr(k.key, 5, 2) || substr(k.key, 3, 2) || substr(k.key, 1, 2) || substr(k.key, 7) end
  from (
    select case when (p_rule ->> 'length')::integer - length(b.id) between 1 and (p_rule ->> 'pad')::integer
      then lpad(b.id, (p_rule ->> 'length')::integer, '0') else b.id end as key
    from (select property_manager.bare_parcel_id(p_written)) b (id)
  ) k
$$;

-- The parcels that are meant by an id of ours or by a parcel's id as it is written, in any county or one;
-- those that other records wait for have no id. `way` is by what it was found: 1 the very id that its source
-- prints, its very key, or ours; 2 and 3 the same without dashes; 4 its key with both ends exchanged.
create function property_manager.parcels_meant(p_written text, p_county text)
returns table (id uuid, county text, state text, county_fips text, parcel_id_normalized text, way integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
set jit = off as $$
declare
  v_sources constant text[] := property_manager.county_sources(p_county);
  v_kind    text;
begin
  return query
  select p.id, split_part(p.source, '.', 1), p.state, p.county_fips, p.parcel_id_normalized, case
      when p_written in (p.parcel_id, p.parcel_id_normalized) then 1
      when property_manager.bare_parcel_id(p.parcel_id) = property_manager.bare_parcel_id(p_written) then 2
      else 2 + k.nth::integer end
  from property_manager.counties_with('properties') c
  left join property_manager.county_keys y on y.state = c.state and y.county_fips = c.county_fips
  cross join unnest(property_manager.parcel_keys(p_written, y.rule)) with ordinality k (key, nth)
  -- as a row, whose index is the key's alone: by the county another one would be read for all its parcels
  cross join lateral (
    select * from county.properties n
    where (n.state, n.county_fips, n.parcel_id_normalized)
      between (c.state, c.county_fips, k.key) and (c.state, c.county_fips, k.key)
    offset 0) p
  where p.source = any (v_sources) or p_county is null
  union all
  select p.id, split_part(p.source, '.', 1), p.state, p.county_fips, p.parcel_id_normalized, 1
  from county.properties p
  where p.id = case when p_written ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_written::uuid end;
  if found then
    return;
  end if;
  foreach v_kind in array '{tax_sales,tax_certificates,foreclosures,property_records,code_violations}'::text[]
  loop
    return query execute format('select distinct null::uuid, split_part(r.source, ''.'', 1), r.state,
        r.county_fips, r.parcel_id_normalized, 2 + k.nth::integer
      from property_manager.counties_with(%1$L) c
      left join property_manager.county_keys y on y.state = c.state and y.county_fips = c.county_fips
      cross join unnest(property_manager.parcel_keys($1, y.rule)) with ordinality k (key, nth)
      cross join lateral (
        select * from county.%1$I n
        where n.property_id is null and n.state = c.state and n.county_fips = c.county_fips
          and n.parcel_id_normalized = k.key
        offset 0) r
      where r.source = any ($2) or $3 is null', v_kind)
    using p_written, v_sources, p_county;
  end loop;
end
$$;

-- Since when a record's fields are as they are, and what made them so: by field the last change of it, and
-- under '' how the record came, which is true of every other field.
create function property_manager.record_provenance(p_record uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_object_agg(coalesce(c.field_name, ''), jsonb_build_object('at', c.created_at,
    'source', c.source, 'session_id', c.session_id, 'origin', c.origin, 'actor', c.actor,
    'reason', c.change_reason, 'was', c.old_value)), '{}')
  from (
    select distinct on (n.field_name) n.* from county.changes n
    where n.record = p_record
    order by n.field_name, n.id desc
  ) c
$$;

-- The records of a kind of one parcel, the newest first, at most so many: those that are linked with it, and
-- those that have its key and wait.
create function property_manager.parcel_records(p_kind text, p_order text, p_parcel uuid, p_state text,
  p_county_fips text, p_key text, p_columns text[], p_most integer) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off as $$
declare
  v_records jsonb;
begin
  execute format('select jsonb_agg(to_jsonb(x) || jsonb_build_object(''provenance'',
      property_manager.record_provenance(r.id)) order by r.%3$I desc nulls last, r.record_id)
    from (
      select u.* from (
        select r.* from county.%1$I r where r.property_id = $1
        union all
        select r.* from county.%1$I r where r.property_id is null and r.state = $2 and r.county_fips = $3
          and r.parcel_id_normalized = $4) u
      order by u.%3$I desc nulls last, u.record_id limit $5
    ) r
    cross join lateral (select %2$s) x',
    p_kind, property_manager.county_columns(p_kind, p_columns), p_order)
  into v_records using p_parcel, p_state, p_county_fips, p_key, p_most;
  return coalesce(v_records, '[]');
end
$$;

-- One parcel, by an id of ours or by its own as it is written: what its county's roll says, its records of
-- every kind with who said what since when, at most so many of each. In: the columns of each kind. Out:
-- {county, state, county_fips, parcel_id_normalized, found_by, parcel, records: {kind: […]}}; the parcel is
-- null where records wait for it. Refused where it is not known, or is one in several counties.
create function api.county_parcel(p_written text, p_county text, p_columns jsonb, p_most integer)
returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found  record;
  v_parcel jsonb;
begin
  select m.*, count(*) over () as counties,
    string_agg(m.county, ', ') over (order by m.county rows between unbounded preceding
      and unbounded following) as named
  into v_found
  from (
    select distinct f.* from (
      select n.*, min(n.way) over () as best from property_manager.parcels_meant(p_written, p_county) n) f
    where f.way = f.best
  ) m
  order by m.county
  limit 1;
  if not found then
    raise exception 'there is no parcel "%"', p_written
      using errcode = 'PMNOF', hint = 'see county properties';
  elsif v_found.counties > 1 then
    raise exception 'parcel "%" is one in each of %', p_written, v_found.named
      using errcode = 'PMUSE', hint = 'say in which: --county ' || v_found.county;
  end if;
  execute format('select to_jsonb(x) || jsonb_build_object(''provenance'',
      property_manager.record_provenance(r.id))
    from county.properties r cross join lateral (select %s) x where r.id = $1',
    property_manager.county_columns('properties', array(
      select jsonb_array_elements_text(p_columns -> 'properties'))))
  into v_parcel using v_found.id;
  return jsonb_build_object('county', v_found.county, 'state', v_found.state,
    'county_fips', v_found.county_fips, 'parcel_id_normalized', v_found.parcel_id_normalized,
    'found_by', (array['id', 'id', 'key', 'id in the other order'])[v_found.way], 'parcel', v_parcel,
    'records', (
      select jsonb_object_agg(k.kind, property_manager.parcel_records(k.kind, k.newest, v_found.id,
        v_found.state, v_found.county_fips, v_found.parcel_id_normalized,
        array(select jsonb_array_elements_text(p_columns -> k.kind)), p_most))
      from (values ('property_records', 'roll_year'), ('tax_sales', 'sale_date'),
        ('tax_certificates', 'tax_year'), ('foreclosures', 'auction_date'), ('code_violations', 'opened_on'))
        k (kind, newest)));
end
$$;
