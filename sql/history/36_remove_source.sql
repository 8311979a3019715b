-- A source that goes: deleted where nothing of it ever went live, else its listings are marked as removed.

-- Whether anything of a source was ever applied.
create function property_manager.was_applied(p_source public.sources) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.properties_live l where l.source = p_source.name)
    or exists (select from property_manager.change_sets s where s.source_id = p_source.id)
$$;

-- Whether only dry runs knew a source: nothing of it was applied, and nothing of it waits.
create function property_manager.is_only_tried(p_source public.sources) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select not property_manager.was_applied(p_source)
    and not exists (select from public.scraping_sessions s where s.source_id = p_source.id
      and coalesce(s.sync_status, s.status) not in ('planned', 'discarded', 'stale'))
    and (exists (select from public.scraping_sessions s where s.source_id = p_source.id)
      or exists (select from property_manager.cleaned_sessions c where c.source_id = p_source.id))
$$;

-- The same by name, for programs; false where there is no such source.
create function api.source_was_applied(p_source text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (select property_manager.was_applied(s) from public.sources s where s.name = p_source), false)
$$;

-- Deletes a source without listings, and all that was staged of it.
-- Out: {sessions, rows, quarantined}, the rows of staging.
create function property_manager.delete_source(p_source public.sources) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_sessions uuid[];
  v_counts   jsonb := property_manager.source_contents(p_source);
  v_part     record;
begin
  if exists (select from property_manager.erasures e where e.source_id = p_source.id) then
    raise exception 'source % cannot be deleted: it keeps what was erased on request from coming back',
      p_source.name
      using errcode = 'PMUSE', hint = 'a name that is free again could bring it back: the source stays';
  end if;
  select coalesce(array_agg(s.id), '{}') into v_sessions
  from public.scraping_sessions s where s.source_id = p_source.id;
  for v_part in select * from property_manager.session_parts() loop
    perform property_manager.delete_rows(v_part.part, v_part.key, case v_part.key
      when 'session_id' then v_sessions
      else array(select p.id from property_manager.plans p where p.session_id = any (v_sessions)) end, null);
  end loop;
  delete from public.sync_metadata where session_id = any (v_sessions);
  delete from public.scraping_sessions where source_id = p_source.id;
  delete from property_manager.cleaned_sessions where source_id = p_source.id;
  delete from property_manager.horizons where source_id = p_source.id;
  delete from property_manager.pins where source_id = p_source.id;
  delete from property_manager.listing_warnings where source_id = p_source.id;
  delete from property_manager.listing_state where source_id = p_source.id;
  delete from property_manager.listing_scopes k using property_manager.scopes s
  where s.source_id = p_source.id and k.scope_id = s.id;
  delete from property_manager.scopes where source_id = p_source.id;
  delete from property_manager.leases where source_id = p_source.id;
  perform property_manager.drop_pages(array(
    select p.id from property_manager.pages p where p.source_id = p_source.id));
  delete from public.sources where id = p_source.id;
  return v_counts;
end
$$;

-- What there is of a source. Out: {sessions, rows, quarantined, listings, shown}: rows of staging, listings
-- that were ever live, and those of them that are not removed.
create function property_manager.source_contents(p_source public.sources) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
    'sessions', (select count(*) from public.scraping_sessions s where s.source_id = p_source.id),
    'rows', (select count(*) from public.property_scrapes_staging t
      where t.session_id in (select s.id from public.scraping_sessions s where s.source_id = p_source.id))
      + (select count(*) from county.staging t
        where t.session_id in (select s.id from public.scraping_sessions s where s.source_id = p_source.id)),
    'quarantined', (select count(*) from property_manager.quarantine q where q.source_id = p_source.id),
    'listings', count(*), 'shown', count(*) filter (where l.status <> 'removed'))
  from (
    select l.status from public.properties_live l where l.source = p_source.name
    union all
    select l.record_status from property_manager.live_records l
    where l.kind = property_manager.record_kind(p_source) and l.source = p_source.name
  ) l
$$;

-- Marks all listings of a source as removed, by an audited change set; a status that was pinned is let go.
-- What waits is discarded, its pages too, as it would bring listings back.
-- Out: {change_set_id, position}, null where no listing was left.
create function property_manager.retire_source(
  p_source public.sources, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_set      bigint := nextval('property_manager.change_set_ids');
  v_listings bigint;
begin
  delete from property_manager.pins where source_id = p_source.id and field_name = 'status';
  update property_manager.plans p set status = 'discarded', decided_by = p_actor, decided_at = now()
  from public.scraping_sessions s
  where s.id = p.session_id and s.source_id = p_source.id
    and p.status in ('draft', 'ready', 'held', 'approved');
  update public.scraping_sessions set sync_status = 'discarded'
  where source_id = p_source.id and sync_status in ('pending', 'held', 'planned');
  delete from property_manager.frontier where source_id = p_source.id;
  delete from property_manager.gone_candidates where source_id = p_source.id;
  update public.sources set facts = jsonb_set(facts, '{start}', '[]'), updated_at = now()
  where id = p_source.id and facts -> 'start' <> '[]'; -- its tiers are not looked at any more
  insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type,
    field_name, old_value, new_value, confidence_score, change_reason, significant, origin, actor, created_at)
  select v_set, l.id, l.source, l.property_id, 'removed', 'status', to_jsonb(l.status), '"removed"', 1,
    'its source was removed', true, 'edit', p_actor, p_now
  from public.properties_live l
  where l.source = p_source.name and l.status <> 'removed'
  order by l.property_id;
  get diagnostics v_listings = row_count;
  v_listings := v_listings + property_manager.retire_records(p_source, v_set, p_actor, p_now);
  if v_listings = 0 then
    return '{"change_set_id": null, "position": null}'::jsonb;
  elsif property_manager.record_kind(p_source) is null then
    perform property_manager.follow_changes(p_source, v_set, '{}', p_now);
  else
    perform property_manager.follow_record_changes(p_source, v_set, p_now);
  end if;
  return jsonb_build_object('change_set_id', v_set, 'position', property_manager.publish(v_set, p_source,
    null, null, 'edit', p_actor, jsonb_build_object('removed_properties', v_listings), p_now));
end
$$;

-- Removes a source. One of which nothing ever went live is deleted with its sessions, staged rows and
-- quarantine. Of another the listings are marked as removed, if the caller says so (p_listings); its history
-- stays, and a rollback of the change set brings them back. Its jobs are switched off.
-- Out: {source, status: deleted | retired, dry_run, sessions, rows, quarantined, listings, shown,
-- change_set_id, position}.
create function api.remove_source(
  p_source text, p_listings boolean, p_dry_run boolean, p_actor text, p_now timestamptz default now()
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source public.sources := property_manager.lock_unwritten_source(p_source);
  v_counts jsonb := property_manager.source_contents(v_source);
  v_live   boolean := (v_counts ->> 'listings')::bigint > 0;
  v_result jsonb := v_counts || jsonb_build_object('source', p_source, 'dry_run', p_dry_run, 'status',
    case when v_live then 'retired' else 'deleted' end, 'change_set_id', null, 'position', null);
begin
  if v_live and not p_listings then
    raise exception 'source % has % listings, % of them not removed: it is not deleted', p_source,
      v_counts ->> 'listings', v_counts ->> 'shown'
      using errcode = 'PMUSE', hint = format('to mark them as removed, which can be rolled back: '
        'sources remove %s --listings', property_manager.shell_word(p_source));
  elsif p_dry_run then
    return v_result;
  end if;
  perform property_manager.stop_jobs(p_source);
  if v_live then
    return v_result
      || property_manager.retire_source(v_source, p_actor, property_manager.moment_done(p_now));
  end if;
  perform property_manager.delete_source(v_source);
  return v_result;
end
$$;

-- Deletes the sources that only dry runs knew, once cleanup has removed all their sessions; those that keep
-- what was erased from coming back, and those with jobs, stay.
create function property_manager.forget_tried_sources() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source public.sources;
begin
  for v_source in
    select f.* from public.sources f
    where property_manager.is_only_tried(f)
      and not exists (select from public.scraping_sessions s where s.source_id = f.id)
      and not exists (select from property_manager.erasures e where e.source_id = f.id)
      and not exists (select from property_manager.jobs j where j.source = f.name)
    for update skip locked
  loop
    perform property_manager.delete_source(v_source);
  end loop;
end
$$;

-- Deletes a source that a run has registered and then staged nothing for: all its sessions have failed, and
-- nothing was applied. Out: whether it was deleted; false where somebody uses it.
create function api.forget_source(p_source text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source public.sources;
begin
  v_source := property_manager.lock_unwritten_source(p_source);
  if property_manager.was_applied(v_source)
    or exists (select from property_manager.erasures e where e.source_id = v_source.id)
    or exists (select from public.scraping_sessions s where s.source_id = v_source.id
      and s.status <> 'failed') then
    return false;
  end if;
  perform property_manager.delete_source(v_source);
  return true;
end
$$;
