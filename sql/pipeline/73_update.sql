-- Known listings: those that change, and unchanged ones that were validated by other rules.

-- The values of a row's volatile fields, but for those that it lacks or that are pinned. They make no change
-- by themselves, so they are updated when something else changes.
create function property_manager.volatile_values(p_source public.sources, p_session uuid, p_row integer)
returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_object_agg(v.name, v.value), '{}')
  from /*use staged p_session, p_row*/ s
  cross join lateral (values /*each compared ", "*/('{name}', to_jsonb(s.{name}), {bit})/*end*/) v (name,
    value, bit)
  where p_source.facts -> 'volatile' ? v.name and get_bit(s.kept, v.bit) = 0
    and (v.value is not null or v.name not in ('title', 'source_url'))
    and not exists (
      select from property_manager.pins p
      where p.source_id = p_source.id and p.property_id = s.property_id and p.field_name = v.name)
$$;

-- Writes the changes of known listings to live, and what derives from their fields.
create function property_manager.update_known(
  p_plan uuid, p_session uuid, p_source public.sources, p_set bigint, p_now timestamptz
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_listings constant uuid[] := array(
    select listing_id from property_manager.plan_rows where plan_id = p_plan and listing_id is not null);
begin
  with patches as (
    select r.listing_id, r.row_no, f.row_no is not null as flagged,
      jsonb_object_agg(m.field_name, m.new_value) || case
        when r.row_no is not null and p_source.facts -> 'volatile' <> '[]'
          then property_manager.volatile_values(p_source, p_session, r.row_no)
        else '{}' end as patch
    from property_manager.plan_rows r
    join property_manager.plan_changes m using (plan_id, property_id)
    left join (
      /*use flagged_rows p_session*/
    ) f on f.row_no = r.row_no
    where r.plan_id = p_plan
    group by r.listing_id, r.row_no, f.row_no
  )
  update public.properties_live l
  set (
    /*each compared ", "*/{name}/*end*/, /*each provenance ", "*/{name}/*end*/,
    status, data_completeness_score, data_quality_score, verification_status,
    search_vector, change_set_id, updated_at, last_updated_at
  ) = (
    select
      /*each compared ", "*/n.{name}/*end*/,
      -- a row without an address has no normal form of it either
      /*each provenance ", "*/case
        when p.row_no is null
          or ('{name}' = 'address_normalized' and s.address is null and n.address is not null) then l.{name}
        else s.{name} end/*end*/,
      n.status, c.score, /*use quality_score c.score, v.status = 'flagged'*/, v.status,
      case when p.patch ?| '{title,description,neighborhood,city}'
        then /*use search_document p_source.language::regconfig, n*/
        else l.search_vector end,
      p_set, p_now, p_now
    from jsonb_populate_record(l, p.patch) n
    cross join lateral (select /*use completeness n, numeric*/ as score) c
    cross join lateral (select case
      when p.row_no is null then l.verification_status
      when p.flagged then 'flagged'
      when l.verification_status = 'flagged' then 'unverified'
      else l.verification_status end as status) v
    left join lateral /*use staged p_session, p.row_no*/ s on true
  )
  from patches p
  where l.id = p.listing_id and l.id = any (v_listings);
end
$$;

-- Writes the same changes to the audit.
create function property_manager.audit_known(
  p_plan uuid, p_session uuid, p_source public.sources, p_set bigint, p_actor text, p_now timestamptz
) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into public.property_changes (change_set_id, listing_id, source, property_id, session_id,
    change_type, field_name,
    old_value, new_value, confidence_score, change_reason, significant, actor, created_at)
  select p_set, r.listing_id, p_source.name, r.property_id, p_session,
    case when m.field_name = 'status' and m.new_value = '"active"' then 'reactivated'
      when m.field_name = 'status' and m.new_value = '"removed"' then 'removed'
      else 'updated' end,
    m.field_name, m.old_value, m.new_value, m.confidence, m.reason, m.significant, p_actor, p_now
  from property_manager.plan_rows r
  join property_manager.plan_changes m using (plan_id, property_id)
  where r.plan_id = p_plan
$$;

-- Flags unchanged listings that other rules warn of now, and clears those they no longer warn of. The flag is
-- derived, so this is not a change.
create function property_manager.verify_unchanged(p_plan uuid, p_session public.scraping_sessions,
  p_source public.sources) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_flag   uuid[];
  v_unflag uuid[];
begin
  select array_agg(l.id) filter (where v.flagged), array_agg(l.id) filter (where not v.flagged)
  into v_flag, v_unflag
  from (
    select c.property_id, f.row_no is not null as flagged
    from property_manager.candidates c
    left join (
      /*use flagged_rows p_session.id*/
    ) f on f.row_no = c.row_no
    where c.session_id = p_session.id and c.known
      and not exists (select from property_manager.plan_rows r
        where r.plan_id = p_plan and r.property_id = c.property_id)
      and not exists (select from property_manager.quarantine q
        where q.session_id = c.session_id and q.row_no = c.row_no)
  ) v
  cross join lateral /*use listing_of p_source.name, v.property_id*/ l
  where (l.verification_status = 'flagged') <> v.flagged;

  -- of no ids at all the planner may still read the table
  if v_flag is not null then
    update public.properties_live l
    set verification_status = 'flagged',
      data_quality_score = /*use quality_score l.data_completeness_score, true*/
    where l.id = any (v_flag);
  end if;
  if v_unflag is not null then
    update public.properties_live l
    set verification_status = 'unverified',
      data_quality_score = /*use quality_score l.data_completeness_score, false*/
    where l.id = any (v_unflag);
  end if;
end
$$;
