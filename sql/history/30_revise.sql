-- Changes that no sync makes: edits, rollbacks, erasures. They are written to the audit first; live follows.

-- Locks a source for one transaction, as the stages of a sync do; refused while a sync of it runs. A source
-- that was merged into another is locked like any other.
-- In: whether to pass a sync that checks rules: it has compared nothing with live yet, and holds no lock.
create function property_manager.lock_any_source(p_source text, p_passing boolean default false)
returns public.sources
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_lease  property_manager.leases;
  v_source public.sources;
begin
  select * into v_source from public.sources where name = p_source;
  if not found then
    raise exception 'there is no source "%"', p_source
      using errcode = 'PMNOF', hint = 'see status';
  end if;
  select * into v_lease from property_manager.leases where source_id = v_source.id for update;
  if not (p_passing and v_lease.yields) then
    perform property_manager.refuse_if_leased(v_lease, '', null);
  end if;
  return v_source;
end
$$;

-- Refuses what would change a source that was merged into another.
create function property_manager.refuse_merged(p_source public.sources) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_into text;
begin
  if p_source.merged_into is not null then
    select name into v_into from public.sources where id = p_source.merged_into;
    raise exception 'source % was merged into %', p_source.name, v_into
      using errcode = 'PMUSE', hint = format('name %s instead; to take the merge back: '
        'rollback --change-set %s', property_manager.shell_word(v_into), p_source.merge_set_id);
  end if;
end
$$;

-- Locks a source that is to be changed.
create function property_manager.lock_source(p_source text, p_passing boolean default false)
returns public.sources
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source constant public.sources := property_manager.lock_any_source(p_source, p_passing);
begin
  perform property_manager.refuse_merged(v_source);
  return v_source;
end
$$;

-- Keeps every other writer of a source away until the caller's transaction ends.
create function api.lock_source(p_source text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.lock_source(p_source);
end
$$;

-- Writes the field changes of a change set, which are in the audit, to live, with what derives from them. A
-- warning flags a listing as long as the value that it is about stays. The next sync compares and validates
-- these listings anew.
-- In: the normal forms of addresses, by address, which Python makes.
create function property_manager.follow_changes(p_source public.sources, p_set bigint, p_normal jsonb,
  p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_listings uuid[];
  v_ids      text[];
begin
  perform property_manager.tune_planner();
  perform property_manager.follow_ids(p_source, p_set, p_now);
  select array_agg(l.id), array_agg(l.property_id) into v_listings, v_ids
  from public.properties_live l
  where l.id in (select c.listing_id from public.property_changes c where c.change_set_id = p_set);

  with patches as materialized (
    select c.listing_id, jsonb_object_agg(c.field_name, coalesce(c.new_value, 'null')) as patch
    from public.property_changes c
    where c.change_set_id = p_set
    group by c.listing_id
  )
  update public.properties_live l
  set (
    /*each compared ", "*/{name}/*end*/, address_normalized,
    status, data_completeness_score, data_quality_score, verification_status, search_vector, change_set_id,
    updated_at, last_updated_at
  ) = (
    select
      /*each compared ", "*/n.{name}/*end*/,
      case when p.patch ? 'address' then p_normal ->> n.address else l.address_normalized end,
      n.status, c.score, /*use quality_score c.score, v.status = 'flagged'*/, v.status,
      case when p.patch ?| '{title,description,neighborhood,city}'
        then /*use search_document p_source.language::regconfig, n*/
        else l.search_vector end,
      p_set, p_now, p_now
    from jsonb_populate_record(l, p.patch) n
    cross join lateral (select /*use completeness n, numeric*/ as score) c
    cross join lateral (select case
      when exists (
        select from property_manager.listing_warnings w
        where w.source_id = p_source.id and w.property_id = l.property_id and w.severity = 'warning'
          and (coalesce(not p.patch ? w.field_name, true)
            or left(to_jsonb(n) ->> w.field_name, 200) = w.value)) then 'flagged'
      when l.verification_status = 'flagged' then 'unverified'
      else l.verification_status end as status) v
  )
  from patches p
  where l.id = p.listing_id and l.id = any (v_listings);

  update property_manager.listing_state
  set fingerprint = null, revised_at = clock_timestamp()
  where source_id = p_source.id and property_id = any (v_ids);
end
$$;

-- Whether a field is monitored, so that its changes are significant.
create function property_manager.is_monitored(p_field text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select monitored from property_manager.listing_fields where name = p_field),
    p_field = 'status')
$$;
