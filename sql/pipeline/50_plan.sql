-- Compares a session with live and saves what a sync would do.

-- A JSON list without order and repeats; any other value as it is.
create function property_manager.as_set(p_list jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(p_list) = 'array'
    then coalesce((select jsonb_agg(distinct e order by e) from jsonb_array_elements(p_list) e), '[]')
    else p_list end
$$;

-- The fields in which candidates of known listings differ from live. The bits of `kept` mark the fields that
-- a row lacks; a listing keeps its title and its url even where they are blank.
create function property_manager.differences(p_session uuid, p_source public.sources)
returns table (row_no integer, property_id text, listing_id uuid, base bigint, field_name text,
  old_value jsonb, new_value jsonb, currency text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.row_no, s.property_id, l.id, l.change_set_id, d.field_name, d.old_value, d.new_value, s.currency
  from property_manager.candidates c
  cross join lateral /*use staged c.session_id, c.row_no*/ s
  cross join lateral /*use listing_of p_source.name, c.property_id*/ l
  cross join lateral (
    /*each compare=text " union all "*/
    select '{name}'::text, to_jsonb(l.{name}), to_jsonb(s.{name})
    where s.{name} is distinct from l.{name} and get_bit(s.kept, {bit}) = 0
      and (s.{name} is not null or '{name}' not in ('title', 'source_url'))
      and (s.{name} is null or l.{name} is null
        or /*use collapse_space s.{name}*/ <> /*use collapse_space l.{name}*/)
    /*end*/
    union all
    /*each compare=set " union all "*/
    select '{name}'::text, l.{name}, s.{name}
    where s.{name} is distinct from l.{name} and get_bit(s.kept, {bit}) = 0
      and (s.{name} is null or l.{name} is null
        or property_manager.as_set(s.{name}) <> property_manager.as_set(l.{name}))
    /*end*/
    union all
    /*each compare=exact+compare=percent+compare=absolute+compare=ordered+compare=deep " union all "*/
    select '{name}'::text, to_jsonb(l.{name}), to_jsonb(s.{name})
    where s.{name} is distinct from l.{name} and get_bit(s.kept, {bit}) = 0
    /*end*/
    union all
    select 'status', to_jsonb(l.status), to_jsonb(/*use stated_status s, l*/)
    where l.status <> /*use stated_status s, l*/
  ) d (field_name, old_value, new_value)
  where c.session_id = p_session and c.known and property_manager.record_kind(p_source) is null
    and not exists (select from property_manager.quarantine q
      where q.session_id = p_session and q.row_no = c.row_no)
    and not coalesce(p_source.facts -> 'volatile' ? d.field_name, false)
    and not exists (select from property_manager.pins p
      where p.source_id = p_source.id and p.property_id = c.property_id and p.field_name = d.field_name
      offset 0) -- looked up, however many pins there are
    and not (d.field_name in ('price', 'price_max', 'price_is_from')
      and c.row_no in (select row_no from property_manager.kept_prices(p_session)))
$$;

-- Plans a session. Out: {plan_id, metrics}.
create function api.plan(p_session uuid, p_epoch bigint) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_run    constant property_manager.stage_run := property_manager.enter_stage(p_session, p_epoch, 'plan');
  v_plan   constant uuid := (v_run.plan).id;
  v_result jsonb;
begin
  if v_run.result is not null then
    return v_run.result;
  end if;
  perform property_manager.tune_planner();
  if (v_run.session).kind = 'verification' then
    perform property_manager.plan_gone(v_plan, v_run.source);
  else
    perform property_manager.plan_new(v_plan, p_session);
    perform property_manager.plan_known(v_plan, p_session, v_run.source);
    perform property_manager.plan_missing(v_plan, v_run.session, v_run.source);
  end if;
  update property_manager.plans
  set metrics = property_manager.plan_metrics(v_plan, p_session)
  where id = v_plan
  returning jsonb_build_object('plan_id', v_plan, 'metrics', metrics) into v_result;
  return property_manager.leave_stage(p_session, p_epoch, 'plan', v_result);
end
$$;

-- New listings point to their staged row.
create function property_manager.plan_new(p_plan uuid, p_session uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.plan_rows (plan_id, property_id, action, row_no, confidence, significant,
    reason)
  select p_plan, c.property_id, 'create', c.row_no, 0.95, true, 'first seen'
  from property_manager.candidates c
  where c.session_id = p_session and not c.known
    and not exists (select from property_manager.quarantine q
      where q.session_id = p_session and q.row_no = c.row_no)
$$;

-- Known listings that changed: a row each, beside their changes.
create function property_manager.plan_known(p_plan uuid, p_session uuid, p_source public.sources) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with changes as (
    -- of listings the first has rows, of county records the second
    select c.row_no, c.property_id, c.listing_id, c.base, c.field_name, c.old_value, c.new_value,
      c.confidence, c.parts::jsonb, c.significant, c.reason
    from (
      /*use known_changes p_session, p_source*/
    ) c
    union all
    select * from property_manager.record_changes(p_session, p_source)
  ), saved as (
    insert into property_manager.plan_changes (plan_id, property_id, field_name, old_value, new_value,
      confidence, parts, significant, reason)
    select p_plan, property_id, field_name, old_value, new_value, confidence, parts, significant, reason
    from changes
  )
  insert into property_manager.plan_rows (plan_id, property_id, action, row_no, listing_id, base, confidence,
    significant, reason)
  select p_plan, g.property_id,
    case when g.status is null then 'update' when g.status = '"active"' then 'reactivate' else 'remove' end,
    g.row_no, g.listing_id, g.base, g.confidence, g.significant,
    case when g.status = '"active"' then 'back on the market' || coalesce('; ' || g.reason, '')
      else g.reason end
  from (
    select row_no, property_id, listing_id, base, min(confidence) as confidence,
      bool_or(significant) as significant,
      string_agg(reason, '; '
        order by significant desc, field_name) filter (where field_name <> s.status_field
        or new_value <> '"active"') as reason,
      max(new_value::text) filter (where field_name = s.status_field) as status
    from changes
    cross join (select property_manager.status_field(p_source) as status_field offset 0) s
    group by row_no, property_id, listing_id, base
  ) g
$$;

-- Whether a session only makes candidates of the listings it lacks, whose own pages prove them gone: that of
-- a scrape, unless the source says that misses are enough. What is imported has no pages to ask.
create function property_manager.removes_by_page(p_session public.scraping_sessions, p_source public.sources)
returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_session.kind = 'scrape' and coalesce(p_source.facts #>> '{removal,proof}', 'page') = 'page'
$$;

-- Listings of the scope that a complete session lacks, as the sift found them. Absence counts only in new
-- content, and acts only when no other scope has shown the listing since.
create function property_manager.plan_missing(p_plan uuid, p_session public.scraping_sessions,
  p_source public.sources) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_required constant integer := (p_source.facts #>> '{removal,misses}')::integer;
  v_content  constant bigint := (property_manager.sifted(p_session.id) ->> 'content')::bigint;
  v_by_page  constant boolean := property_manager.removes_by_page(p_session, p_source);
  v_kind     constant text := property_manager.record_kind(p_source);
  v_field    constant text := property_manager.status_field(p_source);
begin
  insert into property_manager.plan_misses (plan_id, property_id, misses)
  select p_plan, k.property_id, k.misses + 1
  from property_manager.scope_differences d
  cross join lateral (
    select * from property_manager.listing_scopes
    where scope_id = p_session.scope_id and property_id = d.property_id offset 0
  ) k
  where d.session_id = p_session.id and not d.shown
    and (k.missed_at is null or k.missed_content <> v_content);

  with missed as (
    select m.property_id, m.misses, l.id, l.change_set_id, l.status,
      case when m.misses >= v_required and not (v_by_page and l.source_url like 'http%') then 'removed'
        else 'inactive' end as becomes
    from property_manager.plan_misses m
    cross join lateral /*use listing_of p_source.name, m.property_id*/ l
    where v_kind is null and m.plan_id = p_plan
      and not /*use shown_elsewhere p_session, m.property_id*/
    union all
    select m.property_id, m.misses, l.id, l.change_set_id, l.record_status,
      case when m.misses >= v_required then 'removed' else 'inactive' end
    from property_manager.plan_misses m
    cross join lateral /*use record_of v_kind, p_source.name, m.property_id*/ l
    where v_kind is not null and m.plan_id = p_plan
      and not /*use shown_elsewhere p_session, m.property_id*/
  ), acting as (
    select *,
      format('not shown by %s complete session%s', misses, case when misses > 1 then 's' else '' end)
      as reason
    from missed
    where status <> becomes and status <> 'removed'
      and not exists (select from property_manager.pins p
        where p.source_id = p_source.id and p.property_id = missed.property_id and p.field_name = 'status'
        offset 0)
  ), saved as (
    insert into property_manager.plan_changes (plan_id, property_id, field_name, old_value, new_value,
      confidence, parts, significant, reason)
    select p_plan, property_id, v_field, to_jsonb(status), to_jsonb(becomes), 0.95, '{"field": 0.95}', true,
      reason
    from acting
  )
  insert into property_manager.plan_rows (plan_id, property_id, action, listing_id, base, confidence,
    significant, reason)
  select p_plan, property_id, case becomes when 'removed' then 'remove'
    else 'deactivate' end, id, change_set_id, 0.95, true, reason
  from acting;
end
$$;

-- The metrics of a plan. Every staged row is one of new, updated, unchanged, reactivated, quarantined,
-- superseded; missing and removed are outside that sum.
create function property_manager.plan_metrics(p_plan uuid, p_session uuid) returns jsonb
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with sift as materialized (
    select property_manager.sifted(p_session) as result
  ), acts as (
    select
      count(*) filter (where action = 'create') as created,
      count(*) filter (where action in ('update', 'remove') and row_no is not null) as updated,
      count(*) filter (where action = 'reactivate') as reactivated,
      count(*) filter (where action = 'deactivate') as missing,
      count(*) filter (where action = 'remove') as removed,
      count(*) filter (where action in ('update', 'reactivate') and significant) as significant
    from property_manager.plan_rows where plan_id = p_plan
  ), aside as (
    select count(*) as quarantined from property_manager.quarantine where session_id = p_session
  ), changes as (
    select count(*) as changed from property_manager.plan_changes where plan_id = p_plan
  )
  select jsonb_build_object(
    'total_scraped', (sift.result ->> 'rows')::bigint,
    'new_properties', created,
    'updated_properties', updated,
    'unchanged_properties', (sift.result ->> 'rows')::bigint - created - updated - reactivated - quarantined
      - (sift.result ->> 'superseded')::bigint,
    'reactivated_properties', reactivated,
    'quarantined_properties', quarantined,
    'superseded_rows', (sift.result ->> 'superseded')::bigint,
    'missing_properties', missing,
    'removed_properties', removed,
    'significant_updates', significant,
    'changed_fields', changed,
    'completeness_rate', (sift.result ->> 'completeness')::numeric
  )
  from sift, acts, aside, changes
$$;
