-- A source under another name. Its name is the label of its rows in live and in the audit, so both are
-- relabelled, whole and in one transaction: live stays the fold of the audit, and the past is found under the
-- name that the source has now. Who called it what until when stays in a change set of its own.

-- Locks a source as lock_source() does, and against sessions that begin meanwhile; refused while one is
-- being written.
create function property_manager.lock_unwritten_source(p_source text) returns public.sources
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source  public.sources := property_manager.lock_source(p_source);
  v_session uuid;
begin
  -- the row may have been renamed or removed while the lease was waited for
  select * into v_source from public.sources where id = v_source.id and name = p_source for update;
  if not found then
    raise exception 'there is no source "%"', p_source
      using errcode = 'PMNOF', hint = 'see sources list';
  end if;
  select s.id into v_session
  from public.scraping_sessions s
  where s.source_id = v_source.id and s.status = 'running' and not property_manager.is_interrupted(s)
  limit 1;
  if found then
    raise exception 'session % of source % is being written', left(v_session::text, 8), p_source
      using errcode = 'PMBSY', hint = 'wait until it has ended; one whose process died: repair';
  end if;
  return v_source;
end
$$;

-- An audited value under the new name: that of source_url, or the one in an image of a whole listing.
create function property_manager.renamed_value(p_field text, p_value jsonb, p_old text, p_new text)
returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_field = 'source_url'
      then coalesce(to_jsonb(/*use renamed_url p_value #>> '{}', p_old, p_new*/), p_value)
    when p_field is null and starts_with(p_value ->> 'source_url', 'import:' || p_old || '/')
      then jsonb_set(p_value, '{source_url}',
        to_jsonb(/*use renamed_url p_value ->> 'source_url', p_old, p_new*/))
    else p_value
  end
$$;

-- Relabels the audit of a source. Out: how many changes.
create function property_manager.relabel_audit(p_old text, p_new text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_changes bigint;
begin
  perform property_manager.lock_history();
  perform set_config('property_manager.rewriting', 'rename', true);
  update public.property_changes c
  set source = p_new,
    old_value = property_manager.renamed_value(c.field_name, c.old_value, p_old, p_new),
    new_value = property_manager.renamed_value(c.field_name, c.new_value, p_old, p_new)
  where c.source = p_old;
  get diagnostics v_changes = row_count;
  perform set_config('property_manager.rewriting', '', true);
  return v_changes;
end
$$;

-- Renames a source: its listings, its history, its sessions and what waits are found under the new name. No
-- value of a listing changes, so saved plans can still be applied. Readers of the feed get one event.
-- Out: {old, new, listings, changes, change_set_id, position}; the last two are null where nothing was live.
create function api.rename_source(
  p_old text, p_new text, p_actor text, p_now timestamptz default now()
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source   public.sources := property_manager.lock_unwritten_source(p_old);
  v_listings bigint;
  v_changes  bigint;
  v_set      bigint;
  v_position bigint;
begin
  perform property_manager.refuse_records(p_old, 'its name is that of its county and layer, in their file');
  if exists (select from public.sources where name = p_new) then
    raise exception 'source % cannot be renamed to %: there is a source of that name', p_old, p_new
      using errcode = 'PMUSE', hint = 'choose another name; see sources list';
  end if;
  p_now := property_manager.moment_done(p_now);
  update public.sources
  set name = p_new, facts = jsonb_set(facts, '{name}', to_jsonb(p_new)), updated_at = now()
  where id = v_source.id
  returning * into v_source;
  update property_manager.scopes set source = p_new where source_id = v_source.id;
  update public.properties_live l
  set source = p_new, source_url = /*use renamed_url l.source_url, p_old, p_new*/
  where l.source = p_old;
  get diagnostics v_listings = row_count;
  update property_manager.linkage_listings i set source = p_new where i.source = p_old;
  v_changes := property_manager.relabel_audit(p_old, p_new);
  perform property_manager.rename_in_jobs(p_old, p_new);
  perform property_manager.rename_in_rules(p_old, p_new, p_actor);
  update public.property_scrapes_staging t
  set source_url = /*use renamed_url t.source_url, p_old, p_new*/
  where t.session_id in (select s.id from public.scraping_sessions s where s.source_id = v_source.id)
    and starts_with(t.source_url, 'import:' || p_old || '/');
  if v_changes > 0 then
    v_set := nextval('property_manager.change_set_ids');
    v_position := property_manager.publish(v_set, v_source, null, null, 'rename', p_actor,
      jsonb_build_object('renamed_from', p_old, 'renamed_to', p_new, 'listings', v_listings), p_now);
  end if;
  return jsonb_build_object('old', p_old, 'new', p_new, 'listings', v_listings, 'changes', v_changes,
    'change_set_id', v_set, 'position', v_position);
end
$$;
