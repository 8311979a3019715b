-- Staff edits and pins. An edited field is pinned: no sync overwrites it until it is unpinned.

-- A listing with a patch, {field: value}, applied. A null or blank value clears the field; a text is read as
-- the type of its column reads it. Refuses by name: an unknown field, a value its column cannot hold, a value
-- no listing can have.
create function property_manager.patched(p_listing public.properties_live, p_patch jsonb)
returns public.properties_live
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_field  record;
  v_blank  boolean;
  v_result public.properties_live := p_listing;
  v_wrong  text;
begin
  for v_field in
    select e.key as name, e.value, f.sql_type, f.compare, e.key = 'status' or f.role = 'content' as editable
    from jsonb_each(p_patch) e left join property_manager.listing_fields f on f.name = e.key
    order by e.key
  loop
    if v_field.editable is not true then
      raise exception 'there is no field "%" that can be edited', v_field.name
        using errcode = 'PMUSE', hint = 'see docs/fields.md: a field of the listing''s content, or status';
    end if;
    -- a value that live has may be pinned as it is
    continue when v_field.value = coalesce(property_manager.listing_image(p_listing) -> v_field.name, 'null');
    v_blank := v_field.value = 'null' or btrim(v_field.value #>> '{}') = '';
    v_wrong := case
      when v_blank and v_field.name in ('title', 'source_url', 'status') then 'every listing has one'
      when v_blank then null
      when v_field.sql_type = 'jsonb' and v_field.compare <> 'deep' and jsonb_typeof(v_field.value) <> 'array'
        then 'it must be a JSON list'
      when v_field.sql_type is distinct from 'jsonb' and jsonb_typeof(v_field.value) in ('array', 'object')
        then 'it must be one value'
      when v_field.name = 'status' and v_field.value not in ('"active"', '"inactive"', '"removed"')
        then 'it must be active, inactive or removed'
    end;
    if v_wrong is null then
      begin
        v_result := jsonb_populate_record(v_result,
          jsonb_build_object(v_field.name, case when v_blank then null else v_field.value end));
      exception when data_exception then
        v_wrong := sqlerrm;
      end;
    end if;
    if v_wrong is null and not v_blank then
      v_wrong := property_manager.out_of_bounds(v_field.name, v_field.sql_type,
        property_manager.listing_image(v_result) -> v_field.name);
    end if;
    if v_wrong is not null then
      raise exception '% of listing % cannot be %: %', v_field.name, p_listing.property_id,
        property_manager.format_value(v_field.value), v_wrong
        using errcode = 'PMUSE', hint = 'nothing was changed; give another value';
    end if;
  end loop;
  return v_result;
end
$$;

-- Why a value that its column could hold cannot be the value of a listing; else null.
create function property_manager.out_of_bounds(p_field text, p_type text, p_value jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_type like 'numeric%' or p_type = 'integer' then case
      when jsonb_typeof(p_value) <> 'number' then 'it is not a number'
      when p_field = 'latitude' then case when abs((p_value #>> '{}')::numeric) > 90
        then 'it is outside -90 … 90' end
      when p_field = 'longitude' then case when abs((p_value #>> '{}')::numeric) > 180
        then 'it is outside -180 … 180' end
      when p_field <> 'floor_number' and (p_value #>> '{}')::numeric < 0 then 'it is negative' end
    when p_type = 'date' and p_value #>> '{}' !~ '^\d{4}-\d\d-\d\d$' then 'it is not a calendar date'
  end
$$;

-- The listing with an id; an error when there is none.
create function property_manager.require_listing(p_source text, p_property_id text)
returns public.properties_live
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_listing public.properties_live;
begin
  perform property_manager.refuse_records(p_source, 'county records are changed by their source alone');
  select * into v_listing from public.properties_live where source = p_source and property_id = p_property_id;
  if not found then
    raise exception 'source % has no listing "%"', p_source, p_property_id
      using errcode = 'PMNOF', hint = format('see export --source %s', p_source);
  end if;
  return v_listing;
end
$$;

-- Edits a listing, {field: value}, and pins those fields. The same values again change nothing.
-- In: the normal form of the new address, if there is one; the newest erasure that the caller has held the
-- values against, if it has, so that one recorded meanwhile is not missed.
-- Out: {source, property_id, change_set_id, position, changes: [{field, old, new}], pinned: [field]}.
create function api.edit_listing(
  p_source text, p_property_id text, p_patch jsonb, p_actor text, p_reason text,
  p_normal_address text default null, p_now timestamptz default now(), p_known bigint default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source  public.sources := property_manager.lock_source(p_source, p_passing => true);
  v_before  public.properties_live := property_manager.require_listing(p_source, p_property_id);
  v_after   public.properties_live := property_manager.patched(v_before, p_patch);
  v_set     bigint := nextval('property_manager.change_set_ids');
  v_changes jsonb;
begin
  if p_known is not null then
    perform property_manager.require_erasures_known(v_source.id, p_known);
  end if;
  p_now := property_manager.moment_done(p_now);
  with compared as (
    select f.name, property_manager.listing_image(v_before) -> f.name as was,
      property_manager.listing_image(v_after) -> f.name as becomes
    from jsonb_object_keys(p_patch) f (name)
  ), audited as (
    insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type,
      field_name,
      old_value, new_value, confidence_score, change_reason, significant, origin, actor, created_at)
    select v_set, v_before.id, p_source, p_property_id, /*use change_type_of t.name, t.becomes*/,
      t.name,
      t.was, t.becomes, 1, coalesce(p_reason, 'edited'), property_manager.is_monitored(t.name), 'edit',
      p_actor, p_now
    from compared t
    where t.was is distinct from t.becomes
    order by t.name
    returning field_name, old_value, new_value
  )
  select coalesce(
    jsonb_agg(jsonb_build_object('field', field_name, 'old', old_value, 'new', new_value)
    order by field_name), '[]')
  into v_changes from audited;

  perform property_manager.set_pins(v_source.id, p_property_id, array(select jsonb_object_keys(p_patch)),
    p_actor, p_reason);
  if v_changes = '[]' then
    return jsonb_build_object('source', p_source, 'property_id', p_property_id, 'change_set_id', null,
      'position', null,
      'changes', v_changes, 'pinned', (select jsonb_agg(k order by k) from jsonb_object_keys(p_patch) k));
  end if;
  perform property_manager.follow_changes(v_source, v_set, case when p_normal_address is null then '{}'
    else jsonb_build_object(v_after.address, p_normal_address) end, p_now);
  return jsonb_build_object('source', p_source, 'property_id', p_property_id, 'change_set_id', v_set,
    'position', property_manager.publish(v_set, v_source, null, null, 'edit', p_actor,
      jsonb_build_object('edited_properties', 1, 'changed_fields', jsonb_array_length(v_changes)), p_now),
    'changes', v_changes, 'pinned', (select jsonb_agg(k order by k) from jsonb_object_keys(p_patch) k));
end
$$;

-- Pins fields as live has them, for the next sync to pass over.
create function property_manager.set_pins(
  p_source integer, p_property_id text, p_fields text[], p_actor text, p_reason text
) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.pins as p (source_id, property_id, field_name, reason, pinned_by)
  select p_source, p_property_id, f, p_reason, p_actor from unnest(p_fields) f
  on conflict (source_id, property_id, field_name) do update
    set reason = coalesce(excluded.reason, p.reason), pinned_by = excluded.pinned_by,
      pinned_at = excluded.pinned_at;
  update property_manager.listing_state set fingerprint = null, revised_at = clock_timestamp()
  where source_id = p_source and property_id = p_property_id
$$;

-- Pins a field as live has it. Out: as edit_listing(), without changes.
create function api.pin_field(p_source text, p_property_id text, p_field text, p_actor text, p_reason text)
returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_listing public.properties_live;
begin
  perform property_manager.lock_source(p_source, p_passing => true);
  v_listing := property_manager.require_listing(p_source, p_property_id);
  return api.edit_listing(p_source, p_property_id,
    jsonb_build_object(p_field, property_manager.listing_image(v_listing) -> p_field), p_actor, p_reason);
end
$$;

-- Unpins a field of a listing, or all (null): the next sync writes what the source shows, even if that has
-- not changed. Out: the fields that were pinned.
create function api.unpin(p_source text, p_property_id text, p_field text default null) returns text[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source public.sources := property_manager.lock_source(p_source, p_passing => true);
  v_freed  text[];
begin
  perform property_manager.require_listing(p_source, p_property_id);
  with freed as (
    delete from property_manager.pins
    where source_id = v_source.id and property_id = p_property_id
      and (p_field is null or field_name = p_field)
    returning field_name
  )
  select coalesce(array_agg(field_name order by field_name), '{}') into v_freed from freed;
  if v_freed <> '{}' then
    update property_manager.listing_state set fingerprint = null, revised_at = clock_timestamp()
    where source_id = v_source.id and property_id = p_property_id;
  end if;
  return v_freed;
end
$$;

-- The pinned fields of a source or of all (null), with what the source shows instead.
create function api.pinned_fields(p_source text, p_limit integer)
returns table (
  source text, property_id text, field text, value jsonb, reason text, pinned_by text, pinned_at timestamptz,
  differs boolean, shown jsonb, shown_since timestamptz
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.name, p.property_id, p.field_name, property_manager.listing_image(l) -> p.field_name, p.reason,
    p.pinned_by, p.pinned_at, p.shown_since is not null, p.shown, p.shown_since
  from property_manager.pins p
  join public.sources o on o.id = p.source_id
  cross join lateral /*use listing_of o.name, p.property_id*/ l
  where p_source is null or o.name = p_source
  order by o.name, p.property_id, p.field_name
  limit p_limit
$$;
