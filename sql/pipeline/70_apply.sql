-- Applies a plan: live, audit, what is known of the listings, session state and feed position in one transaction.
-- Beside it only follow_changes() writes live: edits, rollbacks, erasures. Out: {change_set_id, position, metrics}.
create function property_manager.apply(p_session uuid, p_epoch bigint, p_actor text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_result  jsonb := property_manager.enter_stage(p_session, p_epoch, 'apply');
  v_session public.scraping_sessions;
  v_source  public.sources;
  v_plan    property_manager.plans;
  v_set     bigint;
begin
  if v_result is not null then
    return v_result;
  end if;
  select * into v_session from public.scraping_sessions where id = p_session;
  select * into v_source from public.sources where id = v_session.source_id;
  select * into v_plan from property_manager.plans where session_id = p_session and epoch = p_epoch;
  perform property_manager.plan_for_candidates(p_session);
  perform property_manager.refuse_if_moved(v_plan, v_session, v_source);
  perform property_manager.refuse_if_pinned(v_plan, v_session);

  v_set := nextval('property_manager.change_set_ids');
  perform property_manager.apply_new(v_plan.id, p_session, v_source, v_set, p_actor, p_now);
  perform property_manager.apply_known(v_plan.id, p_session, v_source, v_set, p_actor, p_now);
  perform property_manager.verify_unchanged(v_plan.id, v_session, v_source);
  perform property_manager.remember_content(v_plan, v_session);
  perform property_manager.note_pins(v_plan.id, v_session);
  perform property_manager.plan_for_candidates(p_session, 'absent');
  perform property_manager.remember_sightings(v_plan, v_session, v_source);
  perform property_manager.end_sync(v_plan, v_session, p_now);

  -- last, because it makes every other writer of the feed wait
  v_result := jsonb_build_object('change_set_id', v_set, 'metrics', v_plan.metrics, 'position',
    property_manager.publish(v_set, v_source, p_session, v_plan.id, 'sync', p_actor, v_plan.metrics, p_now));
  return property_manager.leave_stage(p_session, p_epoch, 'apply', v_result);
end
$$;
grant execute on function property_manager.apply to service_role;

-- A plan is applied whole or not at all: not when it is held, not when a record it would write has changed since.
create function property_manager.refuse_if_moved(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_moved text;
begin
  if p_plan.status not in ('ready', 'approved') then
    raise exception 'plan % is %', left(p_plan.id::text, 8), p_plan.status
      using errcode = 'PM005', hint = 'see plans show ' || left(p_plan.id::text, 8);
  end if;
  if exists (
    select from public.scraping_sessions newer
    where newer.scope_id = p_session.scope_id and newer.sync_status = 'completed' and newer.completed_at > p_session.completed_at
  ) then
    raise exception 'plan % is out of date: a newer session of its scope was applied', left(p_plan.id::text, 8)
      using errcode = 'PM005', hint = 'sync the newest session instead: sync-pending';
  end if;
  select r.property_id into v_moved
  from property_manager.plan_rows r
  left join public.properties_live l on l.source = p_source.name and l.property_id = r.property_id
  where r.plan_id = p_plan.id and l.change_set_id is distinct from r.base
  limit 1;
  v_moved := coalesce(v_moved, property_manager.moved_meanwhile(p_session));
  if v_moved is not null then
    raise exception 'plan % is out of date: listing % has changed since it was made', left(p_plan.id::text, 8), v_moved
      using errcode = 'PM005', hint = 'make a new one: sync --dry-run --session-id ' || p_session.id;
  end if;
  select r.property_id into v_moved
  from property_manager.plan_rows r
  join property_manager.shown_elsewhere(p_session) e using (property_id)
  where r.plan_id = p_plan.id and r.row_no is null
  limit 1;
  if found then
    raise exception 'plan % is out of date: listing % has been shown elsewhere since it was made', left(p_plan.id::text, 8), v_moved
      using errcode = 'PM005', hint = 'make a new one: sync --dry-run --session-id ' || p_session.id;
  end if;
end
$$;

-- A listing that the plan leaves as it was, since live showed what the session shows, and that a rollback or the sync
-- of an older session has changed since. A newer session's word stands, and so do staff's edits, which are pinned.
create function property_manager.moved_meanwhile(p_session public.scraping_sessions) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  if property_manager.is_unmoved(p_session) then
    return null;
  end if;
  return (
    select c.property_id
    from property_manager.change_sets n
    join public.property_changes c on c.change_set_id = n.id
    join public.property_scrapes_staging s on s.session_id = p_session.id and s.property_id = c.property_id
    left join public.scraping_sessions o on o.id = n.session_id
    where n.source_id = p_session.source_id and s.problem is null
      and (n.origin = 'rollback' or (n.origin = 'sync' and coalesce(o.completed_at < p_session.completed_at, true)))
      and n.id > coalesce((
        select (r.result ->> 'change_set')::bigint
        from property_manager.stage_results r
        where r.session_id = p_session.id and r.stage = 'sift'
        order by r.epoch desc limit 1), 0)
    limit 1
  );
end
$$;

-- New listings, each with its image in the audit.
create function property_manager.apply_new(
  p_plan uuid, p_session uuid, p_source public.sources, p_set bigint, p_actor text, p_now timestamptz
) returns void
language sql security definer set search_path = '' as $$
  with made as (
    insert into public.properties_live as l (
      source, /*each all ", "*/{name}/*end*/, status, data_completeness_score, data_quality_score, verification_status,
      search_vector, change_set_id, created_at, updated_at, first_seen_at, last_updated_at)
    select p_source.name, /*each all ", "*/s.{name}/*end*/, property_manager.status_by_source(s.standard_status), c.score,
      /*use quality_score c.score, f.row_no is not null*/, case when f.row_no is not null then 'flagged' else 'unverified' end,
      /*use search_document d.language, s*/,
      p_set, p_now, p_now, coalesce(s.scraped_at, p_now), p_now
    from (select p_source.language::regconfig as language offset 0) d -- looked up once
    cross join property_manager.plan_rows r
    cross join lateral property_manager.staged(p_session, r.row_no) s
    cross join lateral (
      select (/*use completeness s, float8*/)::numeric(4,3) as score offset 0
    ) c
    left join (
      /*use flagged_rows p_session*/
    ) f on f.row_no = r.row_no
    where r.plan_id = p_plan and r.action = 'create'
    -- the listing's image is made here, of the row at hand, so that no row is set aside for it
    returning l.id, l.source, l.property_id,
      /*use listing_image l*/ as image
  )
  insert into public.property_changes (change_set_id, listing_id, source, property_id, session_id, change_type, new_value,
    confidence_score, change_reason, significant, actor, created_at)
  select p_set, m.id, m.source, m.property_id, p_session, 'created', m.image, 0.95, 'first seen', true, p_actor, p_now
  from made m
$$;

-- What a row shows of its source's volatile fields. They make no change by themselves, and so are brought up to date
-- when something else does; what the row is silent of, and what staff hold, stays.
create function property_manager.volatile_values(p_source public.sources, p_session uuid, p_row integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_object_agg(v.name, v.value), '{}')
  from property_manager.staged(p_session, p_row) s
  cross join lateral (values /*each compared ", "*/('{name}', to_jsonb(s.{name}), {bit})/*end*/) v (name, value, bit)
  where p_source.facts -> 'volatile' ? v.name and get_bit(s.kept, v.bit) = 0
    and (v.value is not null or v.name not in ('title', 'source_url'))
    and not exists (
      select from property_manager.pins p
      where p.source_id = p_source.id and p.property_id = s.property_id and p.field_name = v.name)
$$;

create function property_manager.apply_known(
  p_plan uuid, p_session uuid, p_source public.sources, p_set bigint, p_actor text, p_now timestamptz
) returns void
language sql security definer set search_path = '' as $$
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
  ), written as (
    update public.properties_live l
    set (
      /*each compared ", "*/{name}/*end*/, /*each provenance ", "*/{name}/*end*/,
      status, data_completeness_score, data_quality_score, verification_status,
      search_vector, change_set_id, updated_at, last_updated_at
    ) = (
      select
        /*each compared ", "*/n.{name}/*end*/,
        -- a row that is silent about the address leaves its normal form with it
        /*each provenance ", "*/case
          when p.row_no is null or ('{name}' = 'address_normalized' and s.address is null and n.address is not null) then l.{name}
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
      left join public.property_scrapes_staging s on s.session_id = p_session and s.row_no = p.row_no
    )
    from patches p
    where l.id = p.listing_id
  )
  insert into public.property_changes (change_set_id, listing_id, source, property_id, session_id, change_type, field_name,
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

-- Rows that passed other rules than before, their content unchanged: flagged or no longer. Derived, so no change.
create function property_manager.verify_unchanged(p_plan uuid, p_session public.scraping_sessions, p_source public.sources) returns void
language sql security definer set search_path = '' as $$
  update public.properties_live l
  set verification_status = case when v.flagged then 'flagged' else 'unverified' end,
      data_quality_score = /*use quality_score l.data_completeness_score, v.flagged*/
  from (
    select c.property_id, f.row_no is not null as flagged
    from property_manager.candidates c
    left join (
      /*use flagged_rows p_session.id*/
    ) f on f.row_no = c.row_no
    where c.session_id = p_session.id and c.known
      and not exists (select from property_manager.plan_rows r where r.plan_id = p_plan and r.property_id = c.property_id)
      and not exists (select from property_manager.quarantine q where q.session_id = c.session_id and q.row_no = c.row_no)
  ) v
  where l.source = p_source.name and l.property_id = v.property_id and (l.verification_status = 'flagged') <> v.flagged
$$;

-- What was taken over need not be compared or validated again; what went inactive must be when it returns.
create function property_manager.remember_content(p_plan property_manager.plans, p_session public.scraping_sessions) returns void
language sql security definer set search_path = '' as $$
  with taken as (
    select c.row_no, c.property_id, c.fingerprint, c.fingerprint_version
    from property_manager.candidates c
    where c.session_id = p_session.id
      and not exists (select from property_manager.quarantine q where q.session_id = c.session_id and q.row_no = c.row_no)
  ), forgotten as (
    delete from property_manager.listing_warnings w using taken t
    where w.source_id = p_session.source_id and w.property_id = t.property_id
  ), warned as (
    insert into property_manager.listing_warnings (source_id, property_id, rule_name, rule_version, severity, field_name, value, reason)
    select p_session.source_id, t.property_id, f.rule_name, f.rule_version, f.severity, f.field_name, f.value, f.reason
    from taken t join property_manager.findings f on f.session_id = p_session.id and f.row_no = t.row_no
  )
  insert into property_manager.listing_state as t (source_id, property_id, fingerprint, fingerprint_version, rules_version)
  select p_session.source_id, taken.property_id, taken.fingerprint, taken.fingerprint_version, sifted.rules_version
  from taken
  cross join (
    select (r.result ->> 'rules_version')::bigint as rules_version
    from property_manager.stage_results r
    where r.session_id = p_session.id and r.stage = 'sift'
    order by r.epoch desc limit 1
  ) sifted
  on conflict (source_id, property_id) do update
    -- what was revised since the plan was made is compared again
    set fingerprint = case when t.revised_at >= p_plan.created_at then null else excluded.fingerprint end, fingerprint_version = excluded.fingerprint_version,
        rules_version = excluded.rules_version;

  update property_manager.listing_state t set fingerprint = null
  from property_manager.plan_rows r
  where r.plan_id = p_plan.id and r.row_no is null
    and t.source_id = p_session.source_id and t.property_id = r.property_id;
$$;

-- Whether a source has stood still since a session of it was sifted: then the sift's findings still hold. A plan
-- may wait for its approval while other sessions are applied.
create function property_manager.is_unmoved(p_session public.scraping_sessions) returns boolean
language sql stable security definer set search_path = '' as $$
  select (r.result ->> 'change_set')::bigint is not distinct from (
    select max(s.id) from property_manager.change_sets s where s.source_id = p_session.source_id)
  from property_manager.stage_results r
  where r.session_id = p_session.id and r.stage = 'sift'
  order by r.epoch desc limit 1
$$;

-- Known listings that a session showed and whose sighting must be written down. A complete session's watermark
-- speaks for those that its scope has not missed.
create function property_manager.sighted(p_plan uuid, p_session public.scraping_sessions, p_complete boolean)
returns table (property_id text)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  if p_complete and property_manager.is_unmoved(p_session) then
    return query
    select r.property_id from property_manager.plan_rows r where r.plan_id = p_plan and r.action = 'create'
    union all
    select d.property_id from property_manager.scope_differences d where d.session_id = p_session.id and d.shown;
  else
    perform property_manager.plan_for(p_session.source_id, p_session.properties_found);
    return query
    select distinct s.property_id
    from public.property_scrapes_staging s
    join property_manager.listing_state t on t.source_id = p_session.source_id and t.property_id = s.property_id
    where s.session_id = p_session.id
      and not exists (
        select from property_manager.listing_scopes known
        where p_complete and known.scope_id = p_session.scope_id and known.property_id = s.property_id and known.misses = 0
      );
  end if;
end
$$;

-- Who was seen, in this scope. A complete session moves the scope's watermark and writes only what differs from
-- "seen again"; a partial one writes the listings it saw. A quarantined or superseded row counts as seen.
create function property_manager.remember_sightings(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns void
language plpgsql security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_complete constant boolean := p_session.verdict = 'complete' and (p_plan.metrics ->> 'total_scraped')::integer > 0;
begin
  insert into property_manager.listing_scopes as k (scope_id, property_id, seen_at)
  select p_session.scope_id, seen.property_id, p_session.completed_at
  from property_manager.sighted(p_plan.id, p_session, v_complete) seen
  on conflict (scope_id, property_id) do update
    set misses = 0, missed_at = null, missed_content = null, seen_at = greatest(k.seen_at, excluded.seen_at);

  update property_manager.listing_scopes k
  set misses = m.misses,
      missed_at = p_session.completed_at,
      missed_content = sifted.content,
      -- the scope's watermark no longer speaks for it
      seen_at = /*use seen_at k, scope*/
  from property_manager.plan_misses m
  cross join (select watermark from property_manager.scopes where id = p_session.scope_id) scope
  cross join (
    select (r.result ->> 'content')::bigint as content
    from property_manager.stage_results r
    where r.session_id = p_session.id and r.stage = 'sift'
    order by r.epoch desc limit 1
  ) sifted
  where m.plan_id = p_plan.id and k.scope_id = p_session.scope_id and k.property_id = m.property_id;

  if v_complete then
    update property_manager.scopes
    set watermark = greatest(watermark, p_session.completed_at)
    where id = p_session.scope_id;
  end if;
end
$$;

-- Closes the books of a sync: session, plan, metadata, lease, and what this one makes out of date.
create function property_manager.end_sync(p_plan property_manager.plans, p_session public.scraping_sessions, p_now timestamptz)
returns void
language plpgsql security definer set search_path = '' as $$
begin
  update property_manager.plans set status = 'applied', decided_at = now() where id = p_plan.id;
  update public.scraping_sessions
  set sync_status = 'completed',
      properties_inserted = (p_plan.metrics ->> 'new_properties')::integer,
      properties_updated = (p_plan.metrics ->> 'updated_properties')::integer
  where id = p_session.id;

  -- a row set aside before is replaced by what this session says of its listing
  update property_manager.quarantine q set status = 'replaced', decided_at = now()
  from property_manager.candidates c
  where c.session_id = p_session.id and q.source_id = p_session.source_id and q.property_id = c.property_id
    and q.session_id <> p_session.id and q.status = 'open';

  update property_manager.plans set status = 'superseded', decided_at = now()
  from public.scraping_sessions older
  where plans.session_id = older.id and older.scope_id = p_session.scope_id and plans.id <> p_plan.id
    and older.completed_at < p_session.completed_at and plans.status in ('draft', 'ready', 'held', 'approved');
  update public.scraping_sessions
  set sync_status = 'stale'
  where scope_id = p_session.scope_id and id <> p_session.id and completed_at < p_session.completed_at
    and sync_status in ('pending', 'held');

  update public.sync_metadata m
  set sync_status = 'completed', plan_id = p_plan.id, error_summary = null, completed_at = clock_timestamp(),
      /*each metric ", "*/{name} = f.{name}/*end*/,
      sync_duration_ms = 1000 * extract(epoch from clock_timestamp() - m.created_at),
      staging_to_live_duration_ms = 1000 * extract(epoch from clock_timestamp() - now())
  from jsonb_populate_record(null::public.sync_metadata, p_plan.metrics) f
  where m.session_id = p_session.id and m.epoch = p_plan.epoch;
  update property_manager.leases set leased_until = null where source_id = p_session.source_id;
end
$$;

-- Gives a change set its place in the feed and wakes the readers: ids and counts only, once a change set.
create function property_manager.publish(
  p_set bigint, p_source public.sources, p_session uuid, p_plan uuid, p_origin text, p_actor text, p_counts jsonb, p_now timestamptz,
  p_undoes bigint default null
) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  v_position bigint;
begin
  update property_manager.feed set position = position + 1 returning position into v_position;
  insert into property_manager.change_sets (id, position, source_id, session_id, plan_id, origin, actor, counts, undoes, committed_at)
  values (p_set, v_position, p_source.id, p_session, p_plan, p_origin, p_actor, p_counts, p_undoes, p_now);
  perform pg_notify('property_changes', jsonb_build_object(
    'type', p_origin, 'position', v_position, 'source', p_source.name, 'session_id', p_session, 'counts', p_counts)::text);
  return v_position;
end
$$;
