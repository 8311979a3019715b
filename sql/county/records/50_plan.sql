-- Compares the candidates of a session of county records with live.

-- The changes of known records, as known_changes has them of listings. A field that a row does not state
-- stays as live has it; a difference within a field's tolerance is none.
create function property_manager.record_changes(p_session uuid, p_source public.sources)
returns table (row_no integer, property_id text, listing_id uuid, base bigint, field_name text,
  old_value jsonb, new_value jsonb, confidence numeric, parts jsonb, significant boolean, reason text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_kind    constant text := property_manager.record_kind(p_source);
  v_names   text[];
  v_compare text[];
  v_within  numeric[];
begin
  select array_agg(f.field_name), array_agg(f.compare), array_agg(f.tolerance)
  into v_names, v_compare, v_within
  from property_manager.record_fields f where f.kind = v_kind and f.compared;
  return query
  select c.row_no, c.property_id, l.id, l.change_set_id, d.field_name, d.old_value, d.new_value, 0.95,
    '{"field": 0.95}'::jsonb, true,
    case when d.field_name = 'record_status' then 'shown again'
      else /*use describe_change d.field_name, d.compare, d.old_value, d.new_value, null::text*/ end
  from property_manager.candidates c
  cross join lateral /*use staged_record c.session_id, c.row_no*/ s
  cross join lateral /*use record_of v_kind, p_source.name, c.property_id*/ l
  cross join lateral (
    select f.name, f.compare, l.image -> f.name, s.content -> f.name
    from unnest(v_names, v_compare, v_within) f (name, compare, within)
    where s.content -> f.name <> l.image -> f.name
      and not (p_source.facts -> 'volatile' ? f.name)
      and case
        when f.compare = 'text' and jsonb_typeof(s.content -> f.name) = 'string'
            and jsonb_typeof(l.image -> f.name) = 'string'
          then /*use collapse_space s.content ->> f.name*/ <> /*use collapse_space l.image ->> f.name*/
        when f.compare = 'absolute' and jsonb_typeof(s.content -> f.name) = 'number'
            and jsonb_typeof(l.image -> f.name) = 'number'
          then abs((s.content ->> f.name)::numeric - (l.image ->> f.name)::numeric) > f.within
        else true end
    union all
    select 'record_status', 'exact', to_jsonb(l.record_status), '"active"'
    where l.record_status <> 'active'
  ) d (field_name, compare, old_value, new_value)
  where c.session_id = p_session and c.known and v_kind is not null
    and not exists (select from property_manager.quarantine q
      where q.session_id = p_session and q.row_no = c.row_no);
end
$$;
