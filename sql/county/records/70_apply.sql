-- Writes the plan of a session of county records to live and to its audit, in the transaction of apply().

-- Creates the new records, each with its image in the audit: what its row states, as staging holds it in the
-- form of the columns.
create function property_manager.create_records(p_kind text, p_plan uuid, p_session uuid,
  p_source public.sources, p_set bigint, p_actor text, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  case p_kind
    /*each kind*/
    when '{name}' then
      with fresh as materialized (
        select gen_random_uuid() as id, r.property_id, s.content, s.raw
        from property_manager.plan_rows r
        cross join lateral /*use staged_record p_session, r.row_no*/ s
        where r.plan_id = p_plan and r.action = 'create'
      ), made as (
        insert into county.{name} (id, source, record_id, {columns}, raw, change_set_id, created_at,
          updated_at)
        select f.id, p_source.name, f.property_id, {new_columns}, f.raw::jsonb, p_set, p_now, p_now
        from fresh f
        cross join lateral jsonb_to_record(f.content) n ({typed_columns})
      )
      insert into county.changes (change_set_id, kind, record, source, record_id, session_id, change_type,
        new_value, change_reason, actor, created_at)
      select p_set, p_kind, f.id, p_source.name, f.property_id, p_session, 'created',
        f.content || '{"record_status": "active"}', 'first seen', p_actor, p_now
      from fresh f;
    /*end*/
  end case;
end
$$;

-- Writes the changes of known records that are in `patches` (record, patch, and its staged row or null) to
-- live. What is not compared, as where a value came from, comes with them.
create function property_manager.update_records(p_kind text, p_session uuid, p_records uuid[],
  p_patches jsonb[], p_rows integer[], p_set bigint, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_beside constant text[] := array(
    select f.field_name from property_manager.record_fields f where f.kind = p_kind and not f.compared);
begin
  case p_kind
    /*each kind*/
    when '{name}' then
      update county.{name} l
      set ({columns}, record_status, deleted_at, raw, change_set_id, updated_at) = (
        select {new_columns}, n.record_status,
          case when n.record_status = 'removed' then coalesce(l.deleted_at, p_now) end,
          coalesce(s.raw::jsonb, l.raw), p_set, p_now
        from (select) one
        left join lateral /*use staged_record p_session, p.row_no*/ s on true
        cross join lateral jsonb_populate_record(l, coalesce((
          select jsonb_object_agg(b.name, s.content -> b.name)
          from unnest(v_beside) b (name) where s.content ? b.name), '{}') || p.patch) n)
      from unnest(p_records, p_patches, p_rows) p (record, patch, row_no)
      where l.id = p.record and l.id = any (p_records);
    /*end*/
  end case;
end
$$;

-- Applies a plan: what is new, what has changed, what is missing or gone.
create function property_manager.apply_records(p_plan property_manager.plans, p_session uuid,
  p_source public.sources, p_set bigint, p_actor text, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_kind    constant text := property_manager.record_kind(p_source);
  v_records uuid[];
  v_patches jsonb[];
  v_rows    integer[];
begin
  perform property_manager.create_records(v_kind, p_plan.id, p_session, p_source, p_set, p_actor, p_now);
  select array_agg(p.listing_id), array_agg(p.patch), array_agg(p.row_no)
  into v_records, v_patches, v_rows
  from (
    select r.listing_id, r.row_no, jsonb_object_agg(m.field_name, m.new_value) as patch
    from property_manager.plan_rows r
    join property_manager.plan_changes m using (plan_id, property_id)
    where r.plan_id = p_plan.id
    group by r.listing_id, r.row_no
  ) p;
  if v_records is not null then
    perform property_manager.update_records(v_kind, p_session, v_records, v_patches, v_rows, p_set, p_now);
  end if;
  insert into county.changes (change_set_id, kind, record, source, record_id, session_id, change_type,
    field_name, old_value, new_value, change_reason, actor, created_at)
  select p_set, v_kind, r.listing_id, p_source.name, r.property_id, p_session,
    /*use record_change_type m.field_name, m.new_value*/, m.field_name, m.old_value, m.new_value, m.reason,
    p_actor, p_now
  from property_manager.plan_rows r
  join property_manager.plan_changes m using (plan_id, property_id)
  where r.plan_id = p_plan.id;
end
$$;
