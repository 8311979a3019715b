-- Known listings that a session showed and whose sighting must be stored. The watermark of a complete session
-- covers those that its scope has not missed.
create function property_manager.sightings_to_write(p_plan uuid, p_session public.scraping_sessions,
  p_complete boolean)
returns table (property_id text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  if p_complete and property_manager.unchanged_since_sift(p_session) then
    return query
    select r.property_id from property_manager.plan_rows r where r.plan_id = p_plan and r.action = 'create'
    union all
    select d.property_id from property_manager.scope_differences d
    where d.session_id = p_session.id and d.shown;
  else
    return query
    select s.property_id
    from (
      select distinct g.property_id from public.property_scrapes_staging g where g.session_id = p_session.id
      union
      select g.record_id from county.staging g where g.session_id = p_session.id
    ) s
    where exists (
        select from property_manager.listing_state t
        where t.source_id = p_session.source_id and t.property_id = s.property_id offset 0
      )
      and not (p_complete and exists (
        select from property_manager.listing_scopes known
        where known.scope_id = p_session.scope_id and known.property_id = s.property_id and known.misses = 0
        offset 0
      ))
    union
    select u.property_id from property_manager.unchanged_listings(p_session) u;
  end if;
end
$$;

-- Stores what a session showed and missed. A complete session moves the watermark of its scope and writes
-- only the listings that were not shown or missed before; a partial one writes the listings it showed. A
-- quarantined or superseded row counts as shown.
create function property_manager.remember_sightings(
  p_plan property_manager.plans, p_session public.scraping_sessions
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_complete constant boolean := p_session.verdict = 'complete'
    and (p_plan.metrics ->> 'total_scraped')::integer > 0;
  v_content  constant bigint := (property_manager.sifted(p_session.id) ->> 'content')::bigint;
begin
  if exists (select from property_manager.quarantine q where q.reprocessed_in = p_session.id) then
    -- a row that was taken from quarantine was shown when its own session was, not now
    insert into property_manager.listing_scopes as k (scope_id, property_id, seen_at)
    select coalesce(w.scope_id, p_session.scope_id), seen.property_id,
      coalesce(w.seen_at, p_session.completed_at)
    from property_manager.sightings_to_write(p_plan.id, p_session, v_complete) seen
    left join lateral property_manager.shown_first(p_session, seen.property_id) w on true
    on conflict (scope_id, property_id) do update set seen_at = greatest(k.seen_at, excluded.seen_at);
  elsif p_session.filters_applied ? 'reparsed' then
    -- a kept page showed its listing when it was fetched, not now
    insert into property_manager.listing_scopes as k (scope_id, property_id, seen_at)
    select p_session.scope_id, seen.property_id, max(t.scraped_at)
    from property_manager.sightings_to_write(p_plan.id, p_session, v_complete) seen
    join public.property_scrapes_staging t
      on t.session_id = p_session.id and t.property_id = seen.property_id
    group by seen.property_id
    on conflict (scope_id, property_id) do update set seen_at = greatest(k.seen_at, excluded.seen_at);
  else
    insert into property_manager.listing_scopes as k (scope_id, property_id, seen_at)
    select p_session.scope_id, seen.property_id, p_session.completed_at
    from property_manager.sightings_to_write(p_plan.id, p_session, v_complete) seen
    on conflict (scope_id, property_id) do update
      set misses = 0, missed_at = null, missed_content = null,
        seen_at = greatest(k.seen_at, excluded.seen_at);
  end if;

  update property_manager.listing_scopes k
  set misses = m.misses,
      missed_at = p_session.completed_at,
      missed_content = v_content,
      -- the watermark of the scope no longer covers it
      seen_at = /*use seen_at k, scope*/
  from property_manager.plan_misses m
  cross join (select watermark from property_manager.scopes where id = p_session.scope_id) scope
  where m.plan_id = p_plan.id and k.scope_id = p_session.scope_id and k.property_id = m.property_id;

  if v_complete then
    update property_manager.scopes
    set watermark = greatest(watermark, p_session.completed_at)
    where id = p_session.scope_id;
  end if;
end
$$;
