-- Sifts a session of county records, as sift_rows() does one of listings: the only stage that reads all rows.

-- In and out: as sift_rows(); a row without its id, its values or their fingerprint is unusable.
create function property_manager.sift_records(p_session public.scraping_sessions, p_source public.sources,
  p_rules bigint)
returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_session constant uuid := p_session.id;
  v_source  constant integer := p_source.id;
  v_kind    constant text := property_manager.record_kind(p_source);
  v_removal constant jsonb := p_source.facts -> 'removal';
  -- null where absence does not count
  v_scope   constant integer := case
    when p_session.verdict = 'complete' and p_session.properties_found > 0 then p_session.scope_id end;
  v_few     text[];
  v_result  jsonb;
begin
  perform property_manager.tune_planner();
  perform set_config('enable_seqscan', 'on', true); -- the sift alone reads the source
  if property_manager.are_few(v_source, p_session.properties_found) then
    v_few := array(select distinct s.record_id from county.staging s
      where s.session_id = v_session and s.record_id is not null);
  end if;
  with staged as materialized (
    select s.row_no, s.record_id, s.problem is null as usable, /*use has_unread s.issues*/ as unread,
      s.fingerprint, s.fingerprint_version
    from county.staging s
    where s.session_id = v_session
  ), repeated as (
    select record_id from staged where usable group by record_id having count(*) > 1
  ), ranked as (
    -- a repeated id: the later row wins
    select s.row_no, max(s.row_no) over (partition by s.record_id) as winner
    from staged s join repeated using (record_id)
    where s.usable
  ), superseded as (
    insert into property_manager.superseded (session_id, row_no, winner)
    select v_session, row_no, winner from ranked where row_no <> winner
    returning row_no
  ), compared as materialized (
    select s.row_no, s.record_id, s.usable, s.fingerprint, s.fingerprint_version, c.known, c.differs,
      c.needs_sighting
    from staged s
    left join property_manager.listing_state t on t.source_id = v_source and t.property_id = s.record_id
      and (v_few is null or t.property_id = any (v_few))
    left join property_manager.listing_scopes k on k.scope_id = v_scope and k.property_id = s.record_id
      and (v_few is null or k.property_id = any (v_few))
    cross join lateral (select
      t.property_id is not null as known,
      t.fingerprint is distinct from s.fingerprint
        or t.fingerprint_version is distinct from s.fingerprint_version
        or (p_rules is not null and t.rules_version is distinct from p_rules) as differs,
      -- the watermark of the scope does not cover this sighting
      v_scope is not null and t.property_id is not null and k.misses is distinct from 0 as needs_sighting) c
    where c.differs or c.needs_sighting
  ), candidates as (
    insert into property_manager.candidates (session_id, row_no, property_id, known, fingerprint,
      fingerprint_version)
    select v_session, m.row_no, m.record_id, m.known, m.fingerprint, m.fingerprint_version
    from compared m
    where m.usable and m.differs and not exists (select from superseded x where x.row_no = m.row_no)
    returning row_no
  ), shown as (
    -- a quarantined or superseded row counts as seen
    insert into property_manager.scope_differences (session_id, property_id, shown)
    select distinct v_session, m.record_id, true from compared m where m.needs_sighting
  ), absent as (
    insert into property_manager.scope_differences (session_id, property_id, shown)
    select v_session, k.property_id, false
    from property_manager.listing_scopes k
    where k.scope_id = v_scope
      -- absence counts once in so many hours
      and (k.missed_at is null or k.missed_at
        + make_interval(secs => 3600 * (v_removal ->> 'hours_apart')::float8) <= p_session.completed_at)
      and (k.misses < (v_removal ->> 'misses')::integer or 'removed' <> (
        select l.record_status from property_manager.live_records l
        where l.kind = v_kind and l.source = p_source.name and l.record_id = k.property_id))
      and not exists (select from staged s where s.record_id = k.property_id)
    returning property_id
  ), carried as materialized (
    -- no check looks at an unchanged row that went live before: what was found of it holds
    select s.row_no, s.unread, w.rule_name, w.rule_version, w.severity, w.outcome, w.field_name
    from property_manager.listing_warnings w
    join staged s on s.record_id = w.property_id
    where w.source_id = v_source and s.usable and (v_few is null or w.property_id = any (v_few))
      and not exists (select from candidates c where c.row_no = s.row_no)
      and not exists (select from superseded x where x.row_no = s.row_no)
  )
  select jsonb_build_object(
    'rows', count(*),
    'unusable', count(*) filter (where not usable),
    'untitled', 0,
    'superseded', (select count(*) from superseded),
    'candidates', (select count(*) from candidates),
    'absent', (select count(*) from absent),
    'unread', (select count(*) from staged s
      where s.usable and s.unread and not exists (select from superseded x where x.row_no = s.row_no)),
    'warned', (select count(distinct c.row_no) from carried c where c.severity = 'warning' and not c.unread),
    'carried', (
      select coalesce(jsonb_agg(to_jsonb(g)), '[]')
      from (
        select c.rule_name as rule, c.rule_version as version, c.severity, c.outcome, c.field_name as field,
          count(*) as rows, (array_agg(c.row_no order by c.row_no))[1:3] as first
        from carried c
        group by c.rule_name, c.rule_version, c.severity, c.outcome, c.field_name
      ) g
    ),
    'change_set', (select max(id) from property_manager.change_sets where source_id = v_source),
    'rules_version', p_rules,
    'rules', (select count(*) from property_manager.rules_of_records(v_kind) r where p_rules is not null),
    'content', hashtextextended(coalesce(sum(fingerprint), 0)::text, 0)
  ) into v_result
  from staged;
  return v_result;
end
$$;
