-- Sifts a staged session: settles repeated ids, and finds the rows whose content is new to the catalogue and
-- where the session differs from what its scope showed before. The only stage that reads all rows, which are
-- wide and come from disk.
-- In: the session; whether its rows are to be validated.
-- Out: {rows, unusable, untitled, superseded, candidates, absent, unread, warned, carried, change_set,
-- rules_version, rules, content, completeness, completeness_of_all}.
create function api.sift(p_session uuid, p_epoch bigint, p_validate boolean) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_run    property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, 'sift');
  v_kind   constant text := property_manager.record_kind(v_run.source);
  v_result jsonb;
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  if v_kind is not null then
    v_result := property_manager.sift_records(v_run.session, v_run.source,
      case when p_validate then property_manager.rules_version((v_run.source).name) end);
    return property_manager.leave_stage(p_session, p_epoch, 'sift', v_result);
  end if;
  v_result := property_manager.sift_rows(v_run.session, v_run.source,
    case when p_validate then property_manager.rules_version((v_run.source).name) end);
  if p_validate and (v_result ->> 'candidates')::bigint > 0 then
    perform property_manager.count_levels(v_run.source, null, '{}');
  end if;
  return property_manager.leave_stage(p_session, p_epoch, 'sift', v_result);
end
$$;

-- Whether the rows of a session state when they are of: its mapping fills scraped_at, or dates the file.
create function property_manager.states_times(p_session public.scraping_sessions) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(p_session.filters_applied #> '{mapping,fields}' ? 'scraped_at', false)
    or coalesce(p_session.filters_applied -> 'mapping' ? 'file_date', false)
$$;

-- The one statement of the sift, so that the rows are read once. In: the rule set to validate by, or null.
create function property_manager.sift_rows(p_session public.scraping_sessions, p_source public.sources,
  p_rules bigint)
returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_session constant uuid := p_session.id;
  v_source  constant integer := p_source.id;
  v_removal constant jsonb := p_source.facts -> 'removal';
  -- of rows that state when they are of, one that does not is the oldest: its time is that of the import
  v_import  constant timestamptz := case
    when property_manager.states_times(p_session) then p_session.started_at - interval '1 minute' end;
  -- null where absence does not count
  v_scope   constant integer := case
    when p_session.verdict = 'complete' and p_session.properties_found > 0 then p_session.scope_id end;
  -- the ids of a session that is a small part of its source; null for a large one, which reads the source
  v_few     text[];
  v_result  jsonb;
begin
  perform property_manager.tune_planner();
  perform set_config('enable_seqscan', 'on', true); -- the sift alone reads the source
  if property_manager.are_few(v_source, p_session.properties_found) then
    v_few := array(select distinct s.property_id from public.property_scrapes_staging s
      where s.session_id = v_session and s.property_id is not null);
  end if;
  with staged as materialized (
    select s.row_no, s.property_id, s.problem is null as usable, s.title is null as untitled,
      s.standard_status is distinct from 'Delete' as offered, /*use has_unread s.issues*/ as unread,
      s.fingerprint, s.fingerprint_version,
      case when s.scraped_at < v_import or v_import is null then s.scraped_at end as scraped_at,
      /*use completeness s, float8*/ as filled,
      (
        /*each weighted " + "*/
        case when '{name}' = 'title' and s.title is not null then {weight}::float8 else 0 end
        /*end*/
      ) as titled
    from public.property_scrapes_staging s
    where s.session_id = v_session
  ), repeated as (
    select property_id from staged where usable group by property_id having count(*) > 1
  ), ranked as (
    -- a repeated id: the latest time wins, of the fetch or as the row states it, then the later row
    select s.row_no, first_value(s.row_no) over (
      partition by s.property_id order by s.scraped_at desc nulls last, s.row_no desc
    ) as winner
    from staged s join repeated using (property_id)
    where s.usable
  ), superseded as (
    insert into property_manager.superseded (session_id, row_no, winner)
    select v_session, row_no, winner from ranked where row_no <> winner
    returning row_no
  ), compared as materialized (
    select s.row_no, s.property_id, s.usable, s.fingerprint, s.fingerprint_version, c.known, c.differs,
      c.needs_sighting
    from staged s
    left join property_manager.listing_state t on t.source_id = v_source and t.property_id = s.property_id
      and (v_few is null or t.property_id = any (v_few))
    left join property_manager.listing_scopes k on k.scope_id = v_scope and k.property_id = s.property_id
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
    select v_session, m.row_no, m.property_id, m.known, m.fingerprint, m.fingerprint_version
    from compared m
    where m.usable and m.differs and not exists (select from superseded x where x.row_no = m.row_no)
    returning row_no
  ), shown as (
    -- a quarantined or superseded row counts as seen
    insert into property_manager.scope_differences (session_id, property_id, shown)
    select distinct v_session, m.property_id, true from compared m where m.needs_sighting
  ), absent as (
    insert into property_manager.scope_differences (session_id, property_id, shown)
    select v_session, k.property_id, false
    from property_manager.listing_scopes k
    where k.scope_id = v_scope
      -- absence counts once in so many hours
      and (k.missed_at is null or k.missed_at
        + make_interval(secs => 3600 * (v_removal ->> 'hours_apart')::float8) <= p_session.completed_at)
      -- a listing that was missed often enough may still be on the market because another scope showed it
      and (k.misses < (v_removal ->> 'misses')::integer or 'removed' <> (
        select l.status from public.properties_live l
        where l.source = p_source.name and l.property_id = k.property_id))
      and not exists (select from staged s where s.property_id = k.property_id)
    returning property_id
  ), carried as materialized (
    -- no rule looks at an unchanged row that went live before: what was found of it holds
    select s.row_no, s.unread, w.rule_name, w.rule_version, w.severity, w.outcome, w.field_name
    from property_manager.listing_warnings w
    join staged s using (property_id)
    where w.source_id = v_source and s.usable and (v_few is null or w.property_id = any (v_few))
      and not exists (select from candidates c where c.row_no = s.row_no)
      and not exists (select from superseded x where x.row_no = s.row_no)
  )
  select jsonb_build_object(
    'rows', count(*),
    'unusable', count(*) filter (where not usable),
    'untitled', count(*) filter (where usable and untitled),
    'superseded', (select count(*) from superseded),
    'candidates', (select count(*) from candidates),
    'absent', (select count(*) from absent),
    'unread', (select count(*) from staged s
      where s.usable and s.unread and not exists (select from superseded x where x.row_no = s.row_no)),
    'warned', (select count(distinct c.row_no) from carried c where c.severity = 'warning' and not c.unread),
    'carried', (
      -- only the first rows: what was found of a listing is kept in listing_warnings, where erasures look
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
    'rules', (select count(*) from property_manager.rules_of(p_source.name) r where p_rules is not null),
    'content', hashtextextended(coalesce(sum(fingerprint), 0)::text, 0),
    'completeness', round((
      -- a source without titles has derived ones: what it does not declare does not count for it
      avg(case when 'title' = any (p_session.declared_fields) then filled else filled - titled end)
        filter (where usable and offered) -- a deletion has only its id
      / nullif((
        /*each weighted " + "*/
        case when '{name}' = any (p_session.declared_fields) then {weight} else 0 end
        /*end*/
      ), 0)
    )::numeric, 3),
    'completeness_of_all', round((avg(filled) filter (where usable and offered))::numeric, 3)
  ) into v_result
  from staged;
  return v_result;
end
$$;
