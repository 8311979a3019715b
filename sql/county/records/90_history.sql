-- The history of county records: live is the fold of county.changes, field by field; a change set is undone
-- by another one; one record is explained by its changes.

-- Records as their audit has them: the image of each, with every later change of a field in it.
create function property_manager.fold_records(p_kind text)
returns table (record uuid, image jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off
set work_mem = '128MB' as $$
  with made as (
    select c.record, c.new_value as image from county.changes c
    where c.kind = p_kind and c.change_type = 'created'
  ), newest as (
    select distinct on (c.record, c.field_name) c.record, c.field_name, c.new_value
    from county.changes c
    where c.kind = p_kind and c.change_type <> 'created'
    order by c.record, c.field_name, c.id desc
  ), patches as (
    select n.record, jsonb_object_agg(n.field_name, coalesce(n.new_value, 'null')) as patch
    from newest n group by n.record
  )
  select coalesce(m.record, p.record), coalesce(m.image, '{}') || coalesce(p.patch, '{}')
  from made m full join patches p on p.record = m.record
$$;

-- Where live and its audit differ, a row for each field; a field that is not there is null. What is not
-- compared makes no change of its own.
create function property_manager.record_mismatches()
returns table (kind text, source text, record_id text, field_name text, live jsonb, audit jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_nestloop = off set work_mem = '128MB' as $$
declare
  v_kind text;
begin
  for v_kind in select distinct f.kind from property_manager.record_fields f order by f.kind loop
    return query
    with unequal as materialized (
      select l.source, l.record_id, coalesce(l.image, '{}') as live, coalesce(a.image, '{}') as audit
      from (
        select one.id, one.source, one.record_id, jsonb_strip_nulls(one.image) as image
        from property_manager.live_records one where one.kind = v_kind offset 0
      ) l
      full join (
        select f.record, jsonb_strip_nulls(f.image) as image from property_manager.fold_records(v_kind) f
      ) a on a.record = l.id
      where l.image is distinct from a.image
    )
    select v_kind, u.source, u.record_id, d.field_name, d.live, d.audit
    from unequal u
    left join public.sources s on s.name = u.source
    cross join lateral (
      select coalesce(x.key, y.key) as field_name, x.value as live, y.value as audit
      from jsonb_each(u.live) x full join jsonb_each(u.audit) y on y.key = x.key
      where x.value is distinct from y.value
    ) d
    where not coalesce(s.facts -> 'volatile' ? d.field_name, false)
      and not exists (select from property_manager.record_fields f
        where f.kind = v_kind and f.field_name = d.field_name and not f.compared);
  end loop;
end
$$;

-- What undoing a change set of county records does to each of its changes, as rollback_plan() has it of
-- listings. A record that was created becomes removed: rows are never deleted.
create function property_manager.record_rollback_plan(p_set bigint)
returns table (
  change_id bigint, listing_id uuid, property_id text, field_name text, from_value jsonb, to_value jsonb,
  verdict text, reason text
)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off
set jit = off as $$
  with undone as (
    select c.id, c.kind, c.record, c.record_id, coalesce(c.field_name, 'record_status') as field_name,
      case when c.field_name is null then c.new_value -> 'record_status' else c.new_value end as from_value,
      case when c.field_name is null then '"removed"' else c.old_value end as to_value
    from county.changes c where c.change_set_id = p_set
  ), later as (
    select distinct on (u.id) u.id as undone, n.*
    from undone u
    join county.changes n on n.record = u.record and n.id > u.id and n.field_name = u.field_name
    order by u.id, n.id desc
  )
  select u.id, u.record, u.record_id, u.field_name, u.from_value, u.to_value, v.verdict,
    case
      when n.id is not null then format('%s since, %s by %s (change set %s)',
        case n.origin when 'sync' then 'synced' when 'rollback' then 'rolled back' else 'changed' end,
        property_manager.format_moment(n.created_at),
        coalesce('session ' || left(n.session_id::text, 8), n.actor), n.change_set_id)
      when u.field_name <> 'record_status' and f.field_name is null then 'there is no such field any more'
      when v.verdict = 'kept' then 'it is so already'
      else /*use describe_change u.field_name, coalesce(f.compare, 'exact'), u.from_value, u.to_value,
        null::text*/
    end
  from undone u
  left join property_manager.record_fields f on f.kind = u.kind and f.field_name = u.field_name
  left join later n on n.undone = u.id
  cross join lateral (
    select case
      when n.id is not null then 'kept'
      when u.from_value is not distinct from u.to_value then 'kept'
      when u.field_name <> 'record_status' and f.field_name is null then 'failed'
      else 'reversed' end as verdict
  ) v
$$;

-- Writes the changes that undo a change set of county records to their audit. Out: {reversed, kept, failed}.
create function property_manager.audit_record_reversal(p_undone bigint, p_set bigint,
  p_source public.sources, p_actor text, p_now timestamptz) returns jsonb
language sql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
  with plan as materialized (
    select * from property_manager.record_rollback_plan(p_undone)
  ), audited as (
    insert into county.changes (change_set_id, kind, record, source, record_id, change_type, field_name,
      old_value, new_value, change_reason, origin, actor, created_at)
    select p_set, property_manager.record_kind(p_source), p.listing_id, p_source.name, p.property_id,
      /*use record_change_type p.field_name, p.to_value*/, p.field_name, p.from_value, p.to_value,
      'rolled back: ' || p.reason, 'rollback', p_actor, p_now
    from plan p
    where p.verdict = 'reversed'
    order by p.change_id
  )
  select jsonb_build_object(
    'reversed', count(*) filter (where verdict = 'reversed'),
    'kept', count(*) filter (where verdict = 'kept'),
    'failed', count(*) filter (where verdict = 'failed'))
  from plan
$$;

-- Writes the changes of a change set, which are in the audit, to live; the next sync compares these records
-- anew.
create function property_manager.follow_record_changes(p_source public.sources, p_set bigint,
  p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_records uuid[];
  v_patches jsonb[];
  v_ids     text[];
begin
  perform property_manager.tune_planner();
  select array_agg(p.record), array_agg(p.patch), array_agg(p.record_id)
  into v_records, v_patches, v_ids
  from (
    select c.record, c.record_id, jsonb_object_agg(c.field_name, coalesce(c.new_value, 'null')) as patch
    from county.changes c where c.change_set_id = p_set
    group by c.record, c.record_id
  ) p;
  perform property_manager.update_records(property_manager.record_kind(p_source), null, v_records, v_patches,
    array_fill(null::integer, array[cardinality(v_records)]), p_set, p_now);
  update property_manager.listing_state
  set fingerprint = null, revised_at = clock_timestamp()
  where source_id = p_source.id and property_id = any (v_ids);
end
$$;

-- The changes of each field of a record, newest first: [{field, value, changes}], in the order of fields.
create function property_manager.record_field_changes(p_kind text, p_record uuid, p_image jsonb)
returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with history as (
    select c.*, s.position, s.committed_at, s.undoes
    from county.changes c cross join lateral /*use change_set c.change_set_id*/ s
    where c.record = p_record
  )
  select jsonb_agg(jsonb_build_object('field', a.name, 'value', p_image -> a.name, 'changes', (
      select jsonb_agg(jsonb_build_object('at', h.committed_at, 'kind', h.change_type, 'origin', h.origin,
        'actor', h.actor, 'reason', h.change_reason, 'session_id', h.session_id,
        'change_set_id', h.change_set_id, 'position', h.position, 'undoes', h.undoes,
        'old', h.old_value,
        'new', case when h.field_name is null then h.new_value -> a.name else h.new_value end)
        order by h.id desc)
      from history h where h.field_name = a.name or h.field_name is null))
    order by a.place)
  from (
    select f.field_name, f.place from property_manager.record_fields f where f.kind = p_kind and f.compared
    union all
    select 'record_status', -1
  ) a (name, place)
  where p_image -> a.name <> 'null' or exists (select from history h where h.field_name = a.name)
$$;

-- The staged rows that the change sets of a record took its values from: {change set: row}.
create function property_manager.record_origins(p_record uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_object_agg(c.change_set_id, jsonb_build_object('row_no', t.row_no,
    'line', t.evidence -> 'line', 'raw', t.raw, 'issues', coalesce(t.issues, '[]'))), '{}')
  from (select distinct c.change_set_id, c.record_id from county.changes c where c.record = p_record) c
  cross join lateral /*use change_set c.change_set_id*/ s
  cross join lateral (
    select p.row_no from property_manager.plan_rows p
    where p.plan_id = s.plan_id and p.property_id = c.record_id offset 0
  ) r
  cross join lateral /*use staged_record s.session_id, r.row_no*/ t
$$;

-- Everything that decided the fields of a county record: the changes of each, newest first, with the session
-- and the staged row of the newest, as far as they are kept.
-- In: its kind and id; its source, or null where only one has that id. Out: {kind, source, record_id, image,
-- raw, fields: [{field, value, changes}], rows: {change set: row}, sessions: {id: facts}}; null for none.
create function api.explain_record(p_kind text, p_source text, p_record_id text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_found jsonb[];
  v_live  jsonb;
begin
  select array_agg(to_jsonb(l) order by l.source) into v_found
  from public.sources f
  cross join lateral /*use record_of p_kind, f.name, p_record_id*/ l
  where property_manager.record_kind(f) = p_kind and (p_source is null or f.name = p_source);
  if v_found is null then
    return null;
  elsif cardinality(v_found) > 1 then
    raise exception 'several sources have a record "%" of %', p_record_id, p_kind
      using errcode = 'PMUSE', hint = format('name one of them: --source %s', (
        select string_agg(e ->> 'source', ' or --source ') from unnest(v_found) e));
  end if;
  v_live := v_found[1];
  return jsonb_build_object('kind', p_kind, 'source', v_live -> 'source', 'record_id', p_record_id,
    'id', v_live -> 'id', 'image', v_live -> 'image',
    'fields', property_manager.record_field_changes(p_kind, (v_live ->> 'id')::uuid, v_live -> 'image'),
    'rows', property_manager.record_origins((v_live ->> 'id')::uuid),
    'sessions', property_manager.origin_sessions(array(
      select distinct c.change_set_id from county.changes c where c.record = (v_live ->> 'id')::uuid)));
end
$$;

-- Writes to the audit that the records of a source are removed, as it goes. Out: how many.
create function property_manager.retire_records(p_source public.sources, p_set bigint, p_actor text,
  p_now timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_kind  constant text := property_manager.record_kind(p_source);
  v_count bigint;
begin
  insert into county.changes (change_set_id, kind, record, source, record_id, change_type, field_name,
    old_value, new_value, change_reason, origin, actor, created_at)
  select p_set, v_kind, l.id, l.source, l.record_id, 'removed', 'record_status', to_jsonb(l.record_status),
    '"removed"', 'its source was removed', 'edit', p_actor, p_now
  from property_manager.live_records l
  where l.kind = v_kind and l.source = p_source.name and l.record_status <> 'removed'
  order by l.record_id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
