-- Takes the rows of the legacy table pulled_properties over into live, as one audited change set per source,
-- the source being the host of the url. Skips rows without a property_id and listings that live has.
-- Out: the number of rows moved; 0 where there is no such table. A second call moves nothing. Refused (PMUSE)
-- once anything was erased: its hashes cannot be looked up from here, and the old rows may contain it.
-- The table itself is not touched; take_back_pulled_properties(), below, undoes it.
create function public.migrate_pulled_properties_to_live() returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source public.sources;
  v_name   text;
  v_moved  integer := 0;
begin
  if to_regclass('public.pulled_properties') is null then
    return 0;
  end if;
  lock table property_manager.erasures in share mode; -- none is noted meanwhile
  if exists (select from property_manager.erasures where lifted_at is null) then
    raise exception 'pulled_properties may contain what was erased on request'
      using errcode = 'PMUSE', hint = 'import --file postgresql://…#pulled_properties, which keeps it out';
  end if;
  for v_name in
    select distinct property_manager.host_of(source_url) from public.pulled_properties
    where btrim(property_id) <> '' order by 1
  loop
    if not exists (select from public.sources where name = v_name) then
      perform api.register_source(property_manager.default_facts(v_name));
    end if;
    select * into v_source from public.sources where name = v_name;
    perform from property_manager.leases where source_id = v_source.id for update;
    v_moved := v_moved + property_manager.migrate_pulled_source(v_source);
  end loop;
  return v_moved;
end
$$;
grant execute on function public.migrate_pulled_properties_to_live to service_role;

-- The host of a url, which names the source.
create function property_manager.host_of(p_url text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(lower(substring(p_url from '^https?://(?:www\.)?([^/:?#\s]+)')), 'pulled_properties')
$$;

-- Takes over the rows of one source. The legacy flags (has_pool …) become features.
create function property_manager.migrate_pulled_source(p_source public.sources) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
declare
  v_set   constant bigint := nextval('property_manager.change_set_ids');
  v_moved integer;
begin
  with legacy as (
    select distinct on (btrim(p.property_id)) to_jsonb(p) - 'id' - 'search_vector' as was,
      btrim(p.property_id) as property_id
    from public.pulled_properties p
    where btrim(p.property_id) <> '' and property_manager.host_of(p.source_url) = p_source.name
      and not exists (select from public.properties_live l
        where l.source = p_source.name and l.property_id = btrim(p.property_id))
    order by btrim(p.property_id), p.updated_at desc nulls last
  ), flagged as (
    select g.property_id, jsonb_object_agg(f.key, f.value) as flags
    from legacy g cross join lateral jsonb_each(g.was) f
    where f.value = 'true' and (f.key like 'has\_%' or f.key in ('pet_friendly', 'furnished'))
    group by g.property_id
  ), images as (
    select i.*
    from legacy g
    left join flagged f using (property_id)
    cross join lateral jsonb_populate_record(null::public.properties_live, g.was || jsonb_build_object(
      'property_id', g.property_id,
      'title', coalesce(g.was ->> 'title', g.was ->> 'property_type', g.property_id),
      'source_url', coalesce(g.was ->> 'source_url', 'import:' || p_source.name || '/' || g.property_id),
      'status', case when g.was ->> 'status' in ('active', 'inactive', 'removed') then g.was ->> 'status'
        else 'active' end,
      'features', case when f.flags is null then g.was -> 'features'
        else f.flags || case when jsonb_typeof(g.was -> 'features') = 'object' then g.was -> 'features'
          else '{}' end end
    )) i
  ), made as (
    insert into public.properties_live as l (source, /*each all ", "*/{name}/*end*/, status,
      data_completeness_score, data_quality_score, search_vector, change_set_id, created_at, first_seen_at)
    select p_source.name, /*each all ", "*/i.{name}/*end*/, i.status, c.score,
      /*use quality_score c.score, false*/, /*use search_document p_source.language::regconfig, i*/,
      v_set, coalesce(i.created_at, now()), coalesce(i.first_seen_at, i.created_at, now())
    from images i
    cross join lateral (select /*use completeness i, numeric*/ as score) c
    returning *
  ), audited as (
    insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type,
      new_value, confidence_score, change_reason, significant, origin, actor)
    select v_set, m.id, m.source, m.property_id, 'created', property_manager.listing_image(m),
      0.95, 'taken over from pulled_properties', true, 'migrate', 'migrate_pulled_properties_to_live'
    from made m
  ), known as (
    insert into property_manager.listing_state (source_id, property_id)
    select p_source.id, property_id from made
  )
  select count(*) into v_moved from made;
  if v_moved > 0 then
    perform property_manager.publish(v_set, p_source, null, null, 'migrate',
      'migrate_pulled_properties_to_live', jsonb_build_object('new_properties', v_moved), now());
  end if;
  return v_moved;
end
$$;

-- Undoes the take-over: listings that nothing has changed since are removed, as one audited change set per
-- source. A sync that shows such a listing brings it back. Out: the number of rows taken back.
create function public.take_back_pulled_properties() returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
declare
  v_source public.sources;
  v_made   property_manager.change_sets;
  v_set    bigint;
  v_taken  integer;
  v_total  integer := 0;
begin
  for v_made in
    select * from property_manager.change_sets s
    where s.origin = 'migrate'
      and not exists (select from property_manager.change_sets u where u.undoes = s.id) order by s.id
  loop
    select * into v_source from public.sources where id = v_made.source_id;
    perform from property_manager.leases where source_id = v_source.id for update;
    v_set := nextval('property_manager.change_set_ids');
    with taken as (
      update public.properties_live l
      set status = 'removed', change_set_id = v_set, updated_at = now(), last_updated_at = now()
      from public.property_changes c
      where c.listing_id = l.id and c.change_set_id = v_made.id and l.change_set_id = v_made.id
        and l.status <> 'removed'
      returning l.id, l.source, l.property_id, c.new_value -> 'status' as was
    )
    insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type,
      field_name, old_value, new_value, confidence_score, change_reason, significant, origin, actor)
    select v_set, id, source, property_id, 'removed', 'status', was, '"removed"',
      0.95, 'the take-over from pulled_properties was taken back', true, 'rollback',
      'take_back_pulled_properties'
    from taken;
    get diagnostics v_taken = row_count;
    if v_taken > 0 then
      perform property_manager.publish(v_set, v_source, null, null, 'rollback', 'take_back_pulled_properties',
        jsonb_build_object('removed_properties', v_taken), now(), v_made.id);
    end if;
    v_total := v_total + v_taken;
  end loop;
  return v_total;
end
$$;
grant execute on function public.take_back_pulled_properties to service_role;
