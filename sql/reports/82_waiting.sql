-- What waits for somebody's decision, a page at a time: a page costs its rows, however many there are.

-- One plan without its rows; whether it is being applied; what its session was.
create function api.plan_card(p_plan uuid)
returns table (
  id uuid, status text, created_at timestamptz, decided_at timestamptz, decided_by text, source text,
  session_id uuid, metrics jsonb, reasons jsonb, warnings jsonb, verdict text, kind text, session_name text,
  completed_at timestamptz, sync_status text, applying boolean, decision text, change_set_id bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.status, p.created_at, p.decided_at, p.decided_by, f.name, p.session_id, p.metrics, p.reasons,
    p.warnings, s.verdict, s.kind, s.session_name, s.completed_at, s.sync_status,
    p.status = 'approved' and exists (
      select from property_manager.leases l where l.session_id = p.session_id and l.epoch = p.epoch
        and l.leased_until > clock_timestamp()),
    p.decision,
    (select c.id from property_manager.change_sets c where c.session_id = s.id and p.status = 'applied'
      order by c.id desc limit 1)
  from property_manager.plans p
  join public.scraping_sessions s on s.id = p.session_id
  join public.sources f on f.id = s.source_id
  where p.id = p_plan
$$;

-- Open rows of the quarantine, or those with another status, of a source, a session and a rule (each null for
-- any), the newest first, before one.
create function api.quarantine_page(p_source text, p_session uuid, p_rule text, p_status text,
  p_before bigint, p_limit integer)
returns table (
  id bigint, source text, session_id uuid, row_no integer, property_id text, reasons jsonb, status text,
  created_at timestamptz, decided_at timestamptz, decided_by text, decision text, title text, source_url text
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  return query
  select q.id, f.name, q.session_id, q.row_no, q.property_id, q.reasons, q.status, q.created_at, q.decided_at,
    q.decided_by, q.decision, s.title, s.source_url
  from (
    select n.* from property_manager.quarantine n
    where (p_source is null or n.source_id = (select o.id from public.sources o where o.name = p_source))
      and (p_session is null or n.session_id = p_session)
      and (p_status is null or n.status = p_status)
      and (p_rule is null or n.reasons @> jsonb_build_array(jsonb_build_object('rule', p_rule)))
      and (p_before is null or n.id < p_before)
    order by n.id desc limit p_limit
  ) q
  join public.sources f on f.id = q.source_id
  left join lateral /*use staged q.session_id, q.row_no*/ s on true
  order by q.id desc;
end
$$;

-- The newest open rows of the quarantine, at most p_most, counted: of each source, its sessions and rules.
-- Out: [{source, rows, rules: [{rule, rows}], sessions: [{session_id, rows}]}], the most rows first.
create function api.quarantine_groups(p_source text, p_most integer) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  return (
    with newest as materialized (
      select n.source_id, n.session_id, n.reasons
      from property_manager.quarantine n
      where n.status = 'open'
        and (p_source is null or n.source_id = (select o.id from public.sources o where o.name = p_source))
      order by n.id desc limit p_most
    ), rules as (
      select r.source_id, jsonb_agg(jsonb_build_object('rule', r.rule, 'rows', r.rows)
        order by r.rows desc, r.rule) as found
      from (
        select n.source_id, x.rule, count(*) as rows
        from newest n
        cross join lateral (
          select distinct e ->> 'rule' as rule from jsonb_array_elements(n.reasons) e) x
        group by n.source_id, x.rule
      ) r
      group by r.source_id
    ), sessions as (
      select r.source_id, jsonb_agg(jsonb_build_object('session_id', r.session_id, 'rows', r.rows)
        order by r.rows desc, r.session_id) as found, sum(r.rows) as rows
      from (
        select n.source_id, n.session_id, count(*) as rows from newest n group by n.source_id, n.session_id
      ) r
      group by r.source_id
    )
    select coalesce(jsonb_agg(jsonb_build_object('source', f.name, 'rows', s.rows, 'rules', r.found,
      'sessions', s.found) order by s.rows desc, f.name), '[]')
    from sessions s
    join rules r using (source_id)
    join public.sources f on f.id = s.source_id);
end
$$;

-- Pairs that wait for a person as the last search found them, the likeliest first, after one
-- ([probability, left, right]); of a source, or all (null).
create function api.pairs_page(p_source text, p_after jsonb, p_limit integer)
returns table (left_id uuid, right_id uuid, probability float8, vetoed text, left_side jsonb,
  right_side jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select w.left_id, w.right_id, w.probability,
    (select property_manager.veto(p.pattern, a, b) from property_manager.linkage_pairs p
      where p.left_id = w.left_id and p.right_id = w.right_id),
    property_manager.side(a), property_manager.side(b)
  from (
    select n.* from property_manager.linkage_waiting n
    where p_after is null or n.probability <= (p_after ->> 0)::float8
      and (-n.probability, n.left_id, n.right_id)
        > (-(p_after ->> 0)::float8, (p_after ->> 1)::uuid, (p_after ->> 2)::uuid)
    order by n.probability desc, n.left_id, n.right_id
    offset 0
  ) w
  join public.properties_live a on a.id = w.left_id
  join public.properties_live b on b.id = w.right_id
  where (p_source is null or p_source in (a.source, b.source))
    and property_manager.standing(a, b) = 'review'
  order by w.probability desc, w.left_id, w.right_id
  limit p_limit
$$;

-- What people said last of two listings, and by which decision; no row where nobody did.
create function api.pair_decision(p_left uuid, p_right uuid)
returns table (id bigint, same boolean, actor text, created_at timestamptz, reason text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.event_id, d.same, e.actor, e.created_at, e.reason
  from property_manager.home_decisions d
  join property_manager.home_events e on e.id = d.event_id
  where d.left_id = least(p_left, p_right) and d.right_id = greatest(p_left, p_right)
$$;

-- What became of homes before a decision, the newest first: the first listings that each is about, and what
-- undid it.
create function api.decisions_page(p_before bigint, p_limit integer)
returns table (id bigint, kind text, probability float8, reason text, actor text, created_at timestamptz,
  undoes bigint, undone_by bigint, listings integer, named jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select e.id, e.kind, e.probability, e.reason, e.actor, e.created_at, e.undoes,
    (select u.id from property_manager.home_events u where u.decision = e.decision and u.undoes = e.id),
    cardinality(e.concerned),
    (
      select coalesce(jsonb_agg(jsonb_build_object('listing_id', l.id, 'source', l.source, 'property_id',
        l.property_id, 'title', l.title) order by l.source, l.property_id), '[]')
      from unnest(e.concerned[1:4]) c (id)
      join public.properties_live l on l.id = c.id::uuid
    )
  from (
    select n.*, array(
        select v.value
        from jsonb_array_elements(n.moved || n.decided) o
        cross join lateral jsonb_each_text(o) v
        where v.key in ('listing_id', 'to_home', 'left_id', 'right_id')
          and exists (select from public.properties_live l where l.id = v.value::uuid)
        group by v.value order by v.value) as concerned
    from property_manager.home_events n
    where p_before is null or n.id < p_before
    order by n.id desc limit p_limit
  ) e
  order by e.id desc
$$;

-- Sources by name, after one, each with its last twelve applied sessions, the oldest first: [{session_id,
-- completed_at, score, completeness, rows, set_aside}]. It reads what each sync stored, and no listing.
create function api.quality_board(p_after text, p_limit integer)
returns table (source text, sessions jsonb, held bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select f.name,
    (
      select coalesce(jsonb_agg(jsonb_build_object('session_id', t.session_id,
        'completed_at', t.completed_at, 'score', t.data_quality_score, 'completeness', t.completeness_rate,
        'rows', t.total_scraped, 'set_aside', t.quarantined_properties) order by t.completed_at), '[]')
      from (
        select p.session_id, p.completed_at, m.data_quality_score, m.completeness_rate, m.total_scraped,
          m.quarantined_properties
        from property_manager.session_profiles p
        cross join lateral (
          select y.* from public.sync_metadata y
          where y.session_id = p.session_id and y.sync_status = 'completed' order by y.epoch desc limit 1
        ) m
        where p.source_id = f.id
        order by p.completed_at desc limit 12
      ) t
    ),
    (
      select count(*) from property_manager.plans n
      join public.scraping_sessions s on s.id = n.session_id
      where n.status in ('ready', 'held') and s.source_id = f.id
    )
  from (
    select o.id, o.name from public.sources o
    where o.merged_into is null and (p_after is null or o.name > p_after)
    order by o.name limit p_limit
  ) f
  order by f.name
$$;

-- Some figures of quality_trend(), the oldest session first.
create function api.quality_lines(p_source text, p_sessions integer, p_figures text[])
returns table (session_id uuid, scope text, completed_at timestamptz, figure text, field text, homes text,
  value double precision)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.session_id, t.scope, t.completed_at, t.figure, t.field, t.homes, t.value
  from api.quality_trend(p_source, p_sessions) t
  where t.figure = any (p_figures)
  order by t.completed_at, t.session_id, t.figure, t.field, t.homes
$$;

-- Every rule, and how many of the newest p_most findings are its own: rows that failed it, or that it could
-- not be checked on.
create function api.rules_caught(p_most integer)
returns table (name text, field text, kind text, config jsonb, severity text, active boolean, draft boolean,
  version integer, description text, updated_at timestamptz, failed bigint, unchecked bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
  with newest as (
    select f.rule_name, f.outcome from property_manager.findings f order by f.id desc limit p_most
  ), caught as (
    select n.rule_name, count(*) filter (where n.outcome <> 'errored') as failed,
      count(*) filter (where n.outcome = 'errored') as unchecked
    from newest n group by n.rule_name
  )
  select r.rule_name, r.field_name, r.rule_type, r.rule_config, r.severity, r.is_active,
    r.enabled_at is null, r.version, r.description, r.updated_at, coalesce(c.failed, 0),
    coalesce(c.unchecked, 0)
  from public.validation_rules r
  left join caught c on c.rule_name = r.rule_name
  order by r.rule_name
$$;
