-- Saved plans.

-- At most two plans whose id begins so.
create function api.find_plans(p_prefix text) returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id
  from (
    select id from property_manager.plans
    union all
    select id from property_manager.id_plans
  ) p
  where p.id::text like p_prefix || '%'
  limit 2
$$;

-- Plans of a source or of all (null), those that wait alone or all, the newest first, after one.
create function api.plans_page(p_source text, p_waiting boolean, p_after uuid, p_limit integer)
returns table (
  id uuid, status text, created_at timestamptz, decided_at timestamptz, decided_by text, source text,
  session_id uuid, metrics jsonb, reasons jsonb, warnings jsonb
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with place as (
    select a.created_at, a.id from property_manager.plans a where a.id = p_after
  )
  select p.id, p.status, p.created_at, p.decided_at, p.decided_by, f.name, p.session_id, p.metrics, p.reasons,
    p.warnings
  from property_manager.plans p
  join public.scraping_sessions s on s.id = p.session_id
  join public.sources f on f.id = s.source_id
  where p.status <> 'draft' and (p_source is null or f.name = p_source)
    and (not p_waiting or p.status in ('ready', 'held'))
    and (p_after is null or (p.created_at, p.id) < ((select created_at from place), (select id from place)))
  order by p.created_at desc, p.id desc
  limit p_limit
$$;

-- Plans of a source or of all (null), newest first.
create function api.plans(p_source text, p_limit integer)
returns table (
  id uuid, status text, created_at timestamptz, decided_at timestamptz, decided_by text, source text,
  session_id uuid, metrics jsonb, reasons jsonb, warnings jsonb
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select * from api.plans_page(p_source, false, null, p_limit)
$$;

-- One plan, and how many rows it has.
create function api.plan_head(p_plan uuid)
returns table (
  id uuid, status text, created_at timestamptz, decided_at timestamptz, decided_by text, source text,
  session_id uuid, verdict text, metrics jsonb, reasons jsonb, warnings jsonb, row_count bigint,
  unread jsonb, superseded jsonb
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.status, p.created_at, p.decided_at, p.decided_by, f.name, p.session_id,
    s.verdict, p.metrics, p.reasons, p.warnings,
    (select count(*) from property_manager.plan_rows r where r.plan_id = p.id), api.session_unread(s.id),
    property_manager.superseded_examples(s.id)
  from property_manager.plans p
  join public.scraping_sessions s on s.id = p.session_id
  join public.sources f on f.id = s.source_id
  where p.id = p_plan
$$;

-- Where a plan has a listing in its order; null when it has none.
create function api.plan_row_rank(p_plan uuid, p_property_id text) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select /*use action_rank action*/
  from property_manager.plan_rows where plan_id = p_plan and property_id = p_property_id
$$;

-- A page of a plan, after a row (its rank and property_id), the most drastic actions first. Action by action
-- and in the order of an index, so that a page reads neither the pages before it nor other actions.
create function api.plan_rows(p_plan uuid, p_rank integer, p_property_id text, p_limit integer)
returns table (
  rank integer, property_id text, title text, action text, row_no integer, confidence numeric,
  significant boolean, reason text, changes jsonb
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set enable_sort = off set enable_bitmapscan = off set enable_seqscan = off as $$
declare
  v_session constant uuid := (select p.session_id from property_manager.plans p where p.id = p_plan);
  v_actions constant text[] := array['remove', 'deactivate', 'reactivate', 'update', 'create'];
  v_rows    property_manager.plan_rows[] := array[]::property_manager.plan_rows[];
begin
  for v_rank in greatest(p_rank, 1) .. 5 loop
    exit when cardinality(v_rows) >= p_limit;
    if v_actions[v_rank] = 'create' then
      v_rows := v_rows || array(
        select r from property_manager.plan_rows r
        where r.plan_id = p_plan and r.action = 'create'
          and r.property_id > case when v_rank = p_rank then p_property_id else '' end
        order by r.property_id
        limit p_limit - cardinality(v_rows));
    else
      v_rows := v_rows || array(
        select r from property_manager.plan_rows r
        where r.plan_id = p_plan and r.action = v_actions[v_rank] and r.action <> 'create'
          and r.property_id > case when v_rank = p_rank then p_property_id else '' end
        order by r.property_id
        limit p_limit - cardinality(v_rows));
    end if;
  end loop;
  return query
  select array_position(v_actions, r.action), r.property_id,
    coalesce(
      (select s.title from /*use staged v_session, r.row_no*/ s),
      (select coalesce(s.content ->> 'address', s.content ->> 'parcel_id')
        from /*use staged_record v_session, r.row_no*/ s),
      (select l.title from public.properties_live l where l.id = r.listing_id)),
    r.action, r.row_no, r.confidence, r.significant, r.reason,
    coalesce((
      select jsonb_agg(jsonb_build_object('field', c.field_name, 'old', c.old_value, 'new', c.new_value,
        'confidence', c.confidence, 'parts', c.parts, 'significant', c.significant, 'reason', c.reason)
        order by c.field_name)
      from property_manager.plan_changes c
      where c.plan_id = p_plan and c.property_id = r.property_id
    ), '[]')
  from unnest(v_rows) r;
end
$$;
