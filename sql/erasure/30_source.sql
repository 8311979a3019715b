-- One source in one transaction: live, its audit, and what a later sync could write from saved plans.

-- Overwrites one source. Out: {table: rows}.
create function api.erase_in_source(
  p_erasure bigint, p_source text, p_pattern text, p_truncated text, p_bare text, p_screen text, p_actor text,
  p_now timestamptz
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set enable_nestloop = off set jit = off as $$
declare
  v_source  public.sources := property_manager.lock_any_source(p_source);
  v_erasure property_manager.erasures;
  v_set     bigint := nextval('property_manager.change_set_ids');
  v_audit   bigint;
  v_live    bigint;
  v_counts  jsonb;
begin
  p_now := property_manager.moment_done(p_now);
  select * into v_erasure from property_manager.erasures where id = p_erasure;
  if v_erasure.source_id <> v_source.id then -- the same home, as this source has it
    select v_source.id, h.property_id into v_erasure.source_id, v_erasure.property_id
    from property_manager.same_homes(v_erasure.source_id, v_erasure.property_id) h
    join public.properties_live l on l.source = v_source.name and l.property_id = h.property_id
    where h.source_id = v_source.id
    limit 1;
  end if;
  perform property_manager.lock_history();
  -- a worker that stalled past its lease may still hold the value
  update property_manager.leases set epoch = epoch + 1, leased_until = null where source_id = v_source.id;

  perform set_config('property_manager.rewriting', 'erase', true);
  v_audit := property_manager.erase_audit(v_erasure, v_source, p_pattern, p_truncated, p_bare, p_screen);
  perform set_config('property_manager.rewriting', '', true);
  v_live := property_manager.erase_live(v_erasure, v_source, p_pattern, p_bare, p_screen, v_set, p_actor,
    p_now);
  perform property_manager.forget_compared(v_set);
  v_counts := property_manager.erase_plans(v_erasure, v_source, p_pattern, p_truncated, p_bare, p_screen)
    || property_manager.erase_findings(v_erasure, v_source, p_truncated, p_bare, p_screen)
    || jsonb_build_object('property_changes', v_audit, 'properties_live', v_live);
  if v_audit > 0 or v_live > 0 then
    -- last, as always; subscribers learn that they must forget the values
    perform property_manager.publish(v_set, v_source, null, null, 'erase', p_actor,
      jsonb_build_object('erasure', p_erasure, 'erased_properties', v_live, 'overwritten_changes', v_audit),
      p_now);
  end if;
  return property_manager.count_erased(p_erasure, v_counts);
end
$$;

-- Overwrites the audit in place.
create function property_manager.erase_audit(
  p_erasure property_manager.erasures, p_source public.sources, p_pattern text, p_truncated text, p_bare text,
  p_screen text
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_names constant text[] := property_manager.names_of(p_erasure.source_id, p_erasure.property_id);
  v_rows bigint;
begin
  with hit as (
    select c.id, c.field_name, c.change_reason, c.old_value, c.new_value,
      coalesce(f.compare, 'text') as compare, c.field_name = any (p_erasure.fields) as wiped
    from public.property_changes c
    left join property_manager.listing_fields f on f.name = c.field_name
    where c.source = p_source.name
      and (p_erasure.property_id is null or c.property_id = any (v_names))
      and (property_manager.contains_contact(concat_ws(E'\n', c.old_value, c.new_value), p_screen, p_pattern)
        or property_manager.contains_contact(c.change_reason, p_screen, p_truncated)
        or (c.field_name = any (p_erasure.fields) and (c.old_value is not null or c.new_value is not null))
        or (c.field_name is null and c.new_value ?| p_erasure.fields))
  ), left_over as (
    select h.*,
      case when not h.wiped
        then property_manager.erased_value(h.field_name, h.old_value, p_pattern, p_bare) end as old_left,
      case when h.field_name is null
        then property_manager.erased_image(h.new_value, p_pattern, p_bare, p_erasure.fields)
        when not h.wiped
          then property_manager.erased_value(h.field_name, h.new_value, p_pattern, p_bare) end as new_left
    from hit h
  )
  update public.property_changes c
  set old_value = k.old_left, new_value = k.new_left, change_reason = k.reason_left
  from (
    select l.*,
      property_manager.erased_reason(l.field_name, l.compare, l.change_reason, p_truncated, l.old_left,
      l.new_left, (l.old_left, l.new_left) is distinct from (l.old_value, l.new_value)) as reason_left
    from left_over l
  ) k
  -- a price with the same digits stays as it is
  where c.id = k.id
    and (k.old_left, k.new_left, k.reason_left) is distinct from (k.old_value, k.new_value, k.change_reason);
  get diagnostics v_rows = row_count;
  return v_rows;
end
$$;

-- The reason of a change. One that contains the values is made anew, because it may have cut the contact
-- short.
create function property_manager.erased_reason(
  p_field text, p_compare text, p_reason text, p_truncated text, p_old jsonb, p_new jsonb,
  p_overwritten boolean
) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_field is null or not p_overwritten or left(p_reason, length(p_field) + 1) <> p_field || ' '
      then /*use erased_text p_reason, p_truncated*/
    when p_old is null and p_new is null then p_field || ' erased'
    else /*use describe_change p_field, p_compare, p_old, p_new, null::text*/ end
$$;

-- Overwrites live by changes to what is left of each field. Out: how many listings.
create function property_manager.erase_live(
  p_erasure property_manager.erasures, p_source public.sources, p_pattern text, p_bare text, p_screen text,
  p_set bigint, p_actor text, p_now timestamptz
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_listings bigint;
  v_normal   jsonb;
begin
  insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type,
    field_name, old_value, new_value, confidence_score, change_reason, significant, origin, actor, created_at)
  select p_set, l.id, l.source, l.property_id, 'updated', f.name, f.becomes, f.becomes, 1,
    f.name || ' erased', true, 'erase', p_actor, p_now
  from public.properties_live l
  cross join lateral (
    /*each compare=text " union all "*/
    select '{name}'::text, to_jsonb(case when '{group}' <> 'contact' and '{name}' <> all (p_erasure.fields)
      then /*use erased_text l.{name}, p_pattern*/ end)
    where l.{name} ~ p_pattern or ('{name}' = any (p_erasure.fields) and l.{name} is not null)
    /*end*/
    union all
    /*each compare=set+compare=ordered+compare=deep " union all "*/
    select '{name}'::text, case when '{name}' <> all (p_erasure.fields)
      then property_manager.erased_json(l.{name}::text, p_pattern, p_bare)::jsonb end
    where l.{name}::text ~ p_pattern or ('{name}' = any (p_erasure.fields) and l.{name} is not null)
    /*end*/
    union all
    /*each compare=exact+compare=percent+compare=absolute " union all "*/
    select '{name}'::text, null::jsonb where '{name}' = any (p_erasure.fields) and l.{name} is not null
    /*end*/
  ) f (name, becomes)
  where l.source = p_source.name and case when p_erasure.kind = 'listing'
    then l.property_id = p_erasure.property_id
    else property_manager.contains_contact(
      concat_ws(E'\n', /*each compare=text+compare=set+compare=ordered+compare=deep ", "*/l.{name}/*end*/),
      p_screen, p_pattern) end;

  select count(distinct c.listing_id),
    coalesce(jsonb_object_agg(c.new_value #>> '{}', /*use erased_text l.address_normalized, p_pattern*/)
      filter (where c.field_name = 'address' and c.new_value is not null), '{}')
  into v_listings, v_normal
  from public.property_changes c join public.properties_live l on l.id = c.listing_id
  where c.change_set_id = p_set;
  perform property_manager.follow_changes(p_source, p_set, v_normal, p_now);
  return v_listings;
end
$$;

-- Overwrites saved plans and pins of the source: what an approval would write, and what the source shows of a
-- pinned field.
create function property_manager.erase_plans(
  p_erasure property_manager.erasures, p_source public.sources, p_pattern text, p_truncated text, p_bare text,
  p_screen text
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_names constant text[] := property_manager.names_of(p_erasure.source_id, p_erasure.property_id);
  v_changes bigint;
  v_rows    bigint;
  v_pins    bigint;
begin
  with hit as (
    select c.plan_id, c.property_id, c.field_name, c.reason, c.old_value, c.new_value,
      coalesce(f.compare, 'text') as compare, c.field_name = any (p_erasure.fields) as wiped
    from property_manager.plan_changes c
    join property_manager.plans p on p.id = c.plan_id
    join public.scraping_sessions s on s.id = p.session_id and s.source_id = p_source.id
    left join property_manager.listing_fields f on f.name = c.field_name
    where (p_erasure.property_id is null or c.property_id = any (v_names))
      and (property_manager.contains_contact(concat_ws(E'\n', c.old_value, c.new_value), p_screen, p_pattern)
        or property_manager.contains_contact(c.reason, p_screen, p_truncated)
        or (c.field_name = any (p_erasure.fields) and (c.old_value is not null or c.new_value is not null)))
  ), left_over as (
    select h.*,
      case when not h.wiped
        then property_manager.erased_value(h.field_name, h.old_value, p_pattern, p_bare) end as old_left,
      case when not h.wiped
        then property_manager.erased_value(h.field_name, h.new_value, p_pattern, p_bare) end as new_left
    from hit h
  )
  update property_manager.plan_changes c
  set old_value = k.old_left, new_value = k.new_left,
    reason = property_manager.erased_reason(k.field_name, k.compare, k.reason, p_truncated, k.old_left,
      k.new_left, (k.old_left, k.new_left) is distinct from (k.old_value, k.new_value))
  from left_over k
  where c.plan_id = k.plan_id and c.property_id = k.property_id and c.field_name = k.field_name;
  get diagnostics v_changes = row_count;

  -- the reason of a listing joins those of its changes, each perhaps cut short
  update property_manager.plan_rows r
  set reason = 'reasons erased'
  from property_manager.plans p join public.scraping_sessions s on s.id = p.session_id
  where p.id = r.plan_id and s.source_id = p_source.id and r.reason <> 'reasons erased'
    and (p_erasure.property_id is null or r.property_id = any (v_names))
    and (property_manager.contains_contact(r.reason, p_screen, p_truncated) or exists (
      select from property_manager.plan_changes c
      where c.plan_id = r.plan_id and c.property_id = r.property_id
        and (c.field_name = any (p_erasure.fields)
          or concat_ws(' ', c.old_value, c.new_value) like '%[erased]%')));
  get diagnostics v_rows = row_count;

  update property_manager.pins n
  set shown = case when n.field_name <> all (p_erasure.fields)
    then property_manager.erased_value(n.field_name, n.shown, p_pattern, p_bare) end,
    reason = /*use erased_text n.reason, p_truncated*/
  where n.source_id = p_source.id and (p_erasure.property_id is null or n.property_id = any (v_names))
    and (property_manager.contains_contact(concat_ws(E'\n', n.shown, n.reason), p_screen, p_truncated)
      or (n.field_name = any (p_erasure.fields) and n.shown is not null));
  get diagnostics v_pins = row_count;
  return jsonb_build_object('plan_changes', v_changes, 'plan_rows', v_rows, 'pins', v_pins);
end
$$;

-- Overwrites the findings of rules, which quote values.
create function property_manager.erase_findings(
  p_erasure property_manager.erasures, p_source public.sources, p_truncated text, p_bare text, p_screen text
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_names constant text[] := property_manager.names_of(p_erasure.source_id, p_erasure.property_id);
  v_findings   bigint;
  v_warnings   bigint;
  v_quarantine bigint;
begin
  update property_manager.findings f
  set value = case when f.field_name is null or f.field_name <> all (p_erasure.fields)
    then /*use erased_text f.value, p_truncated*/ end,
    reason = case when f.field_name = any (p_erasure.fields) then 'erased'
      else /*use erased_text f.reason, p_truncated*/ end
  from public.scraping_sessions s
  where s.id = f.session_id and s.source_id = p_source.id
    and (property_manager.contains_contact(concat_ws(E'\n', f.value, f.reason), p_screen, p_truncated)
      or (f.field_name = any (p_erasure.fields) and f.reason <> 'erased'))
    and (p_erasure.property_id is null or exists (
      select from public.property_scrapes_staging r
      where r.session_id = f.session_id and r.row_no = f.row_no and r.property_id = any (v_names)));
  get diagnostics v_findings = row_count;

  update property_manager.listing_warnings w
  set value = case when w.field_name is null or w.field_name <> all (p_erasure.fields)
    then /*use erased_text w.value, p_truncated*/ end,
    reason = case when w.field_name = any (p_erasure.fields) then 'erased'
      else /*use erased_text w.reason, p_truncated*/ end
  where w.source_id = p_source.id and (p_erasure.property_id is null or w.property_id = any (v_names))
    and (property_manager.contains_contact(concat_ws(E'\n', w.value, w.reason), p_screen, p_truncated)
      or (w.field_name = any (p_erasure.fields) and w.reason <> 'erased'));
  get diagnostics v_warnings = row_count;

  update property_manager.quarantine q
  set reasons = (
    select jsonb_agg(case when r.reason ->> 'field' = any (p_erasure.fields)
        then r.reason || '{"value": null, "reason": "erased"}'
        else property_manager.erased_json(r.reason::text, p_truncated, p_bare)::jsonb end order by r.nth)
    from jsonb_array_elements(q.reasons) with ordinality r (reason, nth)
  ), decision = /*use erased_text q.decision, p_truncated*/
  where q.source_id = p_source.id and (p_erasure.property_id is null or q.property_id = any (v_names))
    and (property_manager.contains_contact(concat_ws(E'\n', q.reasons, q.decision), p_screen, p_truncated)
      or exists (
      select from jsonb_array_elements(q.reasons) r
      where r ->> 'field' = any (p_erasure.fields) and r ->> 'reason' <> 'erased'));
  get diagnostics v_quarantine = row_count;
  return jsonb_build_object('findings', v_findings, 'listing_warnings', v_warnings, 'quarantine',
    v_quarantine);
end
$$;
