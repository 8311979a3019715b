-- The ids of listings change: by a plan that was shown and approved, whole and in one transaction. A
-- listing keeps its
-- uuid, and all that is known of it follows it: state, scopes, pins, warnings, quarantine, what must stay
-- erased.

-- A normal address without its street's type, as some files leave it out: of one that has a type, if
-- p_typed, and otherwise of one that has none; else null. So "4400 n powers" is "4400 n powers dr", and no
-- street is another one of that name.
create function property_manager.untyped_street(p_address text, p_typed boolean) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_typed then typed[1] || typed[2]
    when typed is null and p_address ~ '^\d\S* \S' then lower(p_address) end
  from regexp_match(lower(p_address),
    '^(\d\S*(?: [^ ,]+)+?) '
    || '(?:aly|ave|blvd|cir|ct|cv|cres|dr|hwy|ln|loop|pkwy|pl|plz|pt|rd|rte|run|sq|st|ter|trl|way|xing)'
    || '((?: (?:n|s|e|w|ne|nw|se|sw))?(?:(?:,| (?:apt|bldg|fl|lot|rm|spc|ste|trlr|unit|#) ).*)?)$'
  ) typed
$$;

-- What tells that a row and a listing are of one home, the best first; null where it says nothing. Of two
-- spellings of an id, case, marks, leading zeros and an added ".0" make no difference. In: the order of the
-- witness, the facts of either.
create function property_manager.witness_key(p_nth integer, p_id text, p_url text, p_address text,
  p_city text,
  p_title text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case p_nth
    when 1 then case when p_url not like 'import:%' then p_url end
    when 2 then lower(p_address) || E'\n' || lower(coalesce(p_city, ''))
    when 3 then lower(p_address) || E'\n' || lower(coalesce(p_city, '')) || E'\n' || lower(p_title)
    when 4 then nullif(ltrim(
      regexp_replace(regexp_replace(lower(p_id), '\.0+$', ''), '[^[:alnum:]]', '', 'g'), '0'), '')
      || E'\n' || lower(/*use collapse_space p_title*/) end
$$;

-- Rows of a session with ids that its source never had, each with the listing of the source that it is:
-- one that
-- the session does not show under its own id, with the same url; or the same address, which nothing else of
-- either has, be it without the street's type; or the same id in another spelling and the same title.
create function property_manager.renamed_homes(p_session public.scraping_sessions)
returns table (listing_id uuid, old_id text, new_id text, witness text)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off
set work_mem = '64MB' as $$
  with source as (
    select s.id, s.name from public.sources s where s.id = p_session.source_id
  ), shown as materialized (
    select s.property_id, min(s.source_url) as url, min(s.address_normalized) as address,
      min(s.city) as city,
      min(s.title) as title
    from public.property_scrapes_staging s
    where s.session_id = p_session.id and s.problem is null
    group by s.property_id
  ), known as materialized (
    select l.id, l.property_id, l.source_url as url, l.address_normalized as address, l.city, l.title
    from public.properties_live l join source on source.name = l.source
  ), fresh as (
    select s.* from shown s where not exists (select from known k where k.property_id = s.property_id)
  ), lacking as (
    select k.* from known k where not exists (select from shown s where s.property_id = k.property_id)
  ), keyed as (
    select w.nth, f.property_id, case when w.nth < 5
        then property_manager.witness_key(w.nth, f.property_id, f.url, f.address, f.city, f.title)
        else property_manager.untyped_street(f.address, w.nth = 6) || E'\n' || lower(coalesce(f.city, ''))
      end as key
    from fresh f cross join generate_series(1, 6) w (nth)
    where exists (select from lacking)
  ), locks as (
    select w.nth, l.id, l.property_id, case when w.nth < 5
        then property_manager.witness_key(w.nth, l.property_id, l.url, l.address, l.city, l.title)
        else property_manager.untyped_street(l.address, w.nth = 5) || E'\n' || lower(coalesce(l.city, ''))
      end as key
    from lacking l cross join generate_series(1, 6) w (nth)
  ), new_keys as (
    select nth, key, count(*) as times from keyed where key is not null group by nth, key
  ), old_keys as (
    select nth, key, count(*) as times from locks where key is not null group by nth, key
  ), pairs as (
    select l.id, l.property_id as old_id, k.property_id as new_id, k.nth
    from keyed k
    join locks l using (nth, key)
    join new_keys using (nth, key)
    join old_keys using (nth, key)
    -- an address or a spelling that others have too says nothing; neither does a url of many homes
    where case when nth = 1 then new_keys.times = 1 or old_keys.times = 1
      else new_keys.times = 1 and old_keys.times = 1 end
  ), best as (
    -- of a listing and of a new id only the best witness counts
    select p.*, min(p.nth) over (partition by p.id) as of_listing,
      min(p.nth) over (partition by p.new_id) as of_id
    from pairs p
  )
  select b.id, b.old_id, b.new_id, case b.nth when 1 then 'url' when 4 then 'spelling' else 'address' end
  from best b
  where b.nth = b.of_listing and b.nth = b.of_id
$$;

-- Saves a plan of ids; an earlier one of the source that waits gives way.
-- In: the listings with their new ids, and what says so; the rule from then on, or null; the session that
-- showed it.
-- Out: the plan, or null where no id would change.
create function property_manager.save_id_plan(
  p_source public.sources, p_session uuid, p_rule jsonb, p_listings uuid[], p_new text[], p_witnesses text[]
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_plan uuid;
begin
  update property_manager.id_plans set status = 'superseded', decided_at = now()
  where source_id = p_source.id and status in ('ready', 'refused');
  insert into property_manager.id_plans (source_id, session_id, status, rule, rule_before, counts)
  values (p_source.id, p_session, 'ready', p_rule, p_source.id_rule, '{}')
  returning id into v_plan;
  insert into property_manager.id_moves (plan_id, listing_id, old_id, new_id, witness, verdict)
  select distinct on (l.id, m.new_id) v_plan, l.id, l.property_id, m.new_id, m.witness, 'moves'
  from unnest(p_listings, p_new, p_witnesses) as m (listing_id, new_id, witness)
  join public.properties_live l on l.id = m.listing_id and l.source = p_source.name
  where l.property_id <> m.new_id
  order by l.id, m.new_id, m.witness;
  if not found then
    delete from property_manager.id_plans where id = v_plan;
    return null;
  end if;
  update property_manager.id_moves m set verdict = 'splits'
  where m.plan_id = v_plan and exists (
    select from property_manager.id_moves o
    where o.plan_id = v_plan and o.listing_id = m.listing_id and o.new_id <> m.new_id);
  update property_manager.id_moves m set verdict = 'merges'
  where m.plan_id = v_plan and (
    exists (select from property_manager.id_moves o
      where o.plan_id = v_plan and o.new_id = m.new_id and o.listing_id <> m.listing_id)
    or exists (select from public.properties_live l
      where l.source = p_source.name and l.property_id = m.new_id and not exists (
        select from property_manager.id_moves o
        where o.plan_id = v_plan and o.listing_id = l.id and o.verdict <> 'splits')));
  update property_manager.id_plans p
  set counts = c.counts, status = case when c.counts -> 'merges' = '0' and c.counts -> 'moves' <> '0'
    then 'ready'
    else 'refused' end
  from (
    select jsonb_build_object('moves', count(*) filter (where m.verdict = 'moves'),
      'merges', count(*) filter (where m.verdict = 'merges'),
      'splits', count(distinct m.listing_id) filter (where m.verdict = 'splits'),
      'listings', n.listings, 'stays', n.listings - count(distinct m.listing_id)) as counts
    from property_manager.id_moves m
    cross join (
      select count(*) as listings from public.properties_live l where l.source = p_source.name) n
    where m.plan_id = v_plan
    group by n.listings
  ) c
  where p.id = v_plan;
  return v_plan;
end
$$;

-- Saves a plan by a rule. In: the source, the ids of its listings and what the rule makes of each, the
-- rule, the
-- session that showed it or null, whether a plan that would make one home of two is kept, to be shown.
-- Out: the plan; null where no id would change: then the rule is the source's from now on.
create function api.plan_ids(
  p_source text, p_old text[], p_new text[], p_rule jsonb, p_session uuid, p_refused boolean
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source   public.sources := property_manager.lock_source(p_source);
  v_listings uuid[];
  v_new      text[];
  v_plan     uuid;
begin
  select array_agg(l.id), array_agg(m.new_id) into v_listings, v_new
  from unnest(p_old, p_new) as m (old_id, new_id)
  join public.properties_live l on l.source = p_source and l.property_id = m.old_id;
  v_plan := property_manager.save_id_plan(v_source, p_session, p_rule, v_listings, v_new,
    array_fill('rule'::text, array[coalesce(cardinality(v_new), 0)]));
  if v_plan is null then
    update public.sources set id_rule = p_rule, updated_at = now()
    where id = v_source.id and id_rule is distinct from p_rule;
  elsif not p_refused then
    delete from property_manager.id_plans where id = v_plan and status = 'refused'
    returning null::uuid into v_plan;
  end if;
  return v_plan;
end
$$;

-- The listings of a source that have a page: what their ids could be read of, as pages_to_name() has it of
-- a
-- session. What pages state comes from the newest row that is still staged of each.
create function api.listings_to_name(p_source text) returns table (
  property_id text, source_url text, stated json, title text, address text, postal_code text, price numeric,
  price_max numeric, covered_area_m2 numeric, total_area_m2 numeric, lot_size_m2 numeric,
  construction_year integer, agent_phone text
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with newest as (
    select distinct on (t.source_url) t.source_url, t.raw -> 'stated_ids' as stated
    from public.property_scrapes_staging t
    join public.scraping_sessions n on n.id = t.session_id and n.status = 'completed'
    join public.sources f on f.id = n.source_id
    where f.name = p_source and t.problem is null and t.raw -> 'stated_ids' is not null
    order by t.source_url, n.completed_at desc, t.row_no desc
  )
  select l.property_id, l.source_url, w.stated, l.title, l.address, l.postal_code, l.price, l.price_max,
    l.covered_area_m2, l.total_area_m2, l.lot_size_m2, l.construction_year, l.agent_phone
  from public.properties_live l
  left join newest w using (source_url)
  where l.source = p_source and l.source_url not like 'import:%'
  order by l.property_id
$$;

-- Whether a user has decided against a rule for a source.
create function api.rule_was_discarded(p_source text, p_rule jsonb) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from property_manager.id_plans p join public.sources s on s.id = p.source_id
    where s.name = p_source and p.rule = p_rule and p.status = 'discarded')
$$;

-- Plans of ids of a source or of all (null), newest first.
create function api.id_plans(p_source text, p_limit integer)
returns table (
  id uuid, status text, created_at timestamptz, decided_at timestamptz, decided_by text, source text,
  session_id uuid, rule jsonb, rule_before jsonb, counts jsonb, change_set_id bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.status, p.created_at, p.decided_at, p.decided_by, s.name, p.session_id, p.rule,
    p.rule_before,
    p.counts, p.change_set_id
  from property_manager.id_plans p join public.sources s on s.id = p.source_id
  where p_source is null or s.name = p_source
  order by p.created_at desc, p.id
  limit p_limit
$$;

-- One of them; no row where the plan is none of ids.
create function api.id_plan(p_plan uuid)
returns table (
  id uuid, status text, created_at timestamptz, decided_at timestamptz, decided_by text, source text,
  session_id uuid, rule jsonb, rule_before jsonb, counts jsonb, change_set_id bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.status, p.created_at, p.decided_at, p.decided_by, s.name, p.session_id, p.rule,
    p.rule_before,
    p.counts, p.change_set_id
  from property_manager.id_plans p join public.sources s on s.id = p.source_id
  where p.id = p_plan
$$;

-- A page of the ids that it changes, after an id; those that cannot be first.
create function api.id_moves(p_plan uuid, p_rank integer, p_after text, p_limit integer)
returns table (rank integer, old_id text, new_id text, verdict text, witness text, title text, url text,
  taken_by text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.rank, m.old_id, m.new_id, m.verdict, m.witness, l.title,
    case when l.source_url not like 'import:%' then l.source_url end,
    case when m.verdict = 'merges' then coalesce(
      (select min(o.old_id) from property_manager.id_moves o
        where o.plan_id = p_plan and o.new_id = m.new_id and o.listing_id <> m.listing_id), m.new_id) end
  from property_manager.id_moves m
  cross join lateral (select array_position('{merges,splits,moves}', m.verdict) as rank) r
  left join public.properties_live l on l.id = m.listing_id
  where m.plan_id = p_plan and (r.rank, m.old_id) > (p_rank, p_after)
  order by r.rank, m.old_id, m.new_id
  limit p_limit
$$;

-- Decides against a plan of ids. Out: false where it is none of ids.
create function api.discard_id_plan(p_plan uuid, p_actor text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_plan property_manager.id_plans;
begin
  select * into v_plan from property_manager.id_plans where id = p_plan for update;
  if not found then
    return false;
  elsif v_plan.status = 'discarded' then
    return true;
  elsif v_plan.status not in ('ready', 'refused') then
    raise exception 'plan % is %: only a plan that waits can be discarded', left(p_plan::text, 8),
      v_plan.status || property_manager.decided(v_plan.decided_by, v_plan.decided_at)
      using errcode = 'PMOLD', hint = 'see plans list';
  end if;
  update property_manager.id_plans set status = 'discarded', decided_by = p_actor, decided_at = now()
  where id = p_plan;
  perform property_manager.note_decided(p_actor, 'discard', jsonb_build_object('plan', p_plan, 'source',
    (select s.name from public.sources s where s.id = v_plan.source_id), 'ids', v_plan.counts -> 'moves'));
  return true;
end
$$;

-- Refuses a plan of ids that cannot be applied, or cannot any more.
create function property_manager.require_id_plan(p_plan property_manager.id_plans,
  p_source public.sources) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_move property_manager.id_moves;
begin
  if p_plan.status = 'refused' then
    select * into v_move from property_manager.id_moves
    where plan_id = p_plan.id and verdict = 'merges' order by old_id, new_id limit 1;
    raise exception 'plan % cannot be applied: %', left(p_plan.id::text, 8),
      case when v_move.plan_id is null
        then 'no listing has one new id'
        else format('%s ids would make one home of two, such as %s as %s', p_plan.counts ->> 'merges',
          v_move.old_id,
          v_move.new_id) end
      using errcode = 'PMUSE', hint = 'choose another rule or id column; see plans show '
        || left(p_plan.id::text, 8);
  elsif p_plan.status <> 'ready' then
    raise exception 'plan % is %: it cannot be applied any more', left(p_plan.id::text, 8),
      p_plan.status || property_manager.decided(p_plan.decided_by, p_plan.decided_at)
      using errcode = 'PMOLD', hint = 'make a new one: sources ids '
        || property_manager.shell_word(p_source.name);
  end if;
  select m.* into v_move
  from property_manager.id_moves m
  left join public.properties_live l on l.id = m.listing_id and l.source = p_source.name
  where m.plan_id = p_plan.id and m.verdict = 'moves' and (l.property_id is distinct from m.old_id or
    exists (
    select from public.properties_live o
    where o.source = p_source.name and o.property_id = m.new_id and not exists (
      select from property_manager.id_moves leaving
      where leaving.plan_id = p_plan.id and leaving.listing_id = o.id and leaving.verdict = 'moves')))
  order by m.old_id limit 1;
  if found then
    raise exception 'plan % is out of date: % is not what it was, or % is the id of another listing now',
      left(p_plan.id::text, 8), v_move.old_id, v_move.new_id
      using errcode = 'PMOLD', hint = 'make a new one: sources ids '
        || property_manager.shell_word(p_source.name);
  end if;
end
$$;

-- Applies a plan of ids. Repeated, it returns what it did and changes nothing.
-- Out: {plan_id, source, change_set_id, position, listings, again: sessions that wait and can be synced
-- now}; null
-- where the plan is none of ids.
create function api.apply_id_plan(p_plan uuid, p_actor text, p_now timestamptz default now()) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_plan   property_manager.id_plans;
  v_source public.sources;
  v_set    bigint;
  v_done   jsonb;
begin
  select * into v_plan from property_manager.id_plans where id = p_plan;
  if not found then
    return null;
  end if;
  v_source := property_manager.lock_unwritten_source(
    (select s.name from public.sources s where s.id = v_plan.source_id));
  select * into v_plan from property_manager.id_plans where id = p_plan for update;
  v_done := jsonb_build_object('plan_id', p_plan, 'source', v_source.name, 'listings',
    v_plan.counts -> 'moves');
  if v_plan.status = 'applied' then
    return v_done || jsonb_build_object('change_set_id', v_plan.change_set_id, 'position',
      (select s.position from property_manager.change_sets s where s.id = v_plan.change_set_id), 'again',
        '[]'::jsonb);
  end if;
  perform property_manager.require_id_plan(v_plan, v_source);
  p_now := property_manager.moment_done(p_now);
  perform property_manager.tune_planner();
  v_set := nextval('property_manager.change_set_ids');
  insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type,
    field_name,
    old_value, new_value, confidence_score, change_reason, significant, origin, actor, created_at)
  select v_set, l.id, l.source, l.property_id, 'updated', f.name, to_jsonb(f.old), to_jsonb(f.new), 1,
    format('id %s → %s: the same home by its %s', m.old_id, m.new_id, m.witness), true, 'ids', p_actor,
      p_now
  from property_manager.id_moves m
  join public.properties_live l on l.id = m.listing_id
  cross join lateral (
    select 'property_id' as name, m.old_id as old, m.new_id as new
    union all
    select 'source_url', l.source_url, /*use import_url l.source, m.new_id*/
    where l.source_url = /*use import_url l.source, m.old_id*/
  ) f
  where m.plan_id = p_plan and m.verdict = 'moves'
  order by m.old_id, f.name;
  perform property_manager.follow_changes(v_source, v_set, '{}', p_now);
  if v_plan.rule is not null then
    update public.sources set id_rule = v_plan.rule, updated_at = now() where id = v_source.id;
  end if;
  update property_manager.id_plans
  set status = 'applied', decided_by = p_actor, decided_at = now(), change_set_id = v_set
  where id = p_plan;
  perform property_manager.note_decided(p_actor, 'approve', jsonb_build_object('plan', p_plan, 'source',
    v_source.name, 'ids', v_plan.counts -> 'moves'));
  return v_done || jsonb_build_object('change_set_id', v_set, 'again',
    property_manager.wait_again(v_source),
    'position', property_manager.publish(v_set, v_source, null, null, 'ids', p_actor, jsonb_build_object(
      'updated_properties', v_plan.counts -> 'moves', 'rule', v_plan.rule, 'rule_before',
        v_plan.rule_before), p_now));
end
$$;

-- Lets what waits of a source be planned anew, under the ids that its listings have now. Out: the
-- sessions, newest
-- first.
create function property_manager.wait_again(p_source public.sources) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_sessions uuid[];
begin
  select coalesce(array_agg(s.id order by s.completed_at desc), '{}') into v_sessions
  from public.scraping_sessions s
  where s.source_id = p_source.id and s.sync_status in ('pending', 'held', 'planned');
  update property_manager.plans set status = 'superseded', decided_at = now()
  where session_id = any (v_sessions) and status in ('draft', 'ready', 'held', 'approved');
  update public.scraping_sessions set sync_status = 'pending'
  where id = any (v_sessions) and sync_status = 'held';
  perform property_manager.use_present_ids(s) from public.scraping_sessions s where s.id = any (v_sessions);
  return to_jsonb(v_sessions);
end
$$;

-- Gives the rows of a session that have a former id of a listing its present id, where the url, the
-- address or
-- the title says that it is that home. What was read stays as it is.
create function property_manager.use_present_ids(p_session public.scraping_sessions) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from property_manager.former_ids f where f.source_id = p_session.source_id) then
    return;
  end if;
  update public.property_scrapes_staging s
  set property_id = l.property_id,
    source_url = case when s.source_url = /*use import_url l.source, s.property_id*/
      then /*use import_url l.source, l.property_id*/ else s.source_url end
  from property_manager.former_ids f
  join public.properties_live l on l.id = f.listing_id
  join public.sources o on o.id = f.source_id and o.name = l.source
  where s.session_id = p_session.id and f.source_id = p_session.source_id and f.property_id = s.property_id
    and l.property_id <> s.property_id
    and (s.source_url = l.source_url or lower(s.address_normalized) = lower(l.address_normalized)
      or lower(/*use collapse_space s.title*/) = lower(/*use collapse_space l.title*/))
    and not exists (select from public.properties_live now
      where now.source = l.source and now.property_id = s.property_id)
    and not exists (select from public.property_scrapes_staging own
      where own.session_id = p_session.id and own.property_id = l.property_id)
    and not exists (select from property_manager.former_ids other
      where other.source_id = f.source_id and other.property_id = f.property_id
        and other.listing_id <> f.listing_id);
end
$$;

-- Writes the changes of ids of a change set to live, and lets all that is known of the listings follow. In
-- two
-- steps where an id passes from one listing to another, so that no two have it at a time.
create function property_manager.follow_ids(p_source public.sources, p_set bigint,
  p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_listings uuid[];
  v_old      text[];
  v_new      text[];
  v_parked   text[];
begin
  select array_agg(l.id), array_agg(l.property_id), array_agg(c.new_value #>> '{}')
  into v_listings, v_old, v_new
  from public.property_changes c
  join public.properties_live l on l.id = c.listing_id
  where c.change_set_id = p_set and c.field_name = 'property_id';
  if v_listings is null then
    return;
  end if;
  insert into property_manager.former_ids as f (source_id, property_id, listing_id, changed_at)
  select p_source.id, m.old, m.listing, p_now from unnest(v_listings, v_old) as m (listing, old)
  on conflict (source_id, property_id, listing_id) do update set changed_at = excluded.changed_at;
  delete from property_manager.former_ids f using unnest(v_listings, v_new) as m (listing, new)
  where f.source_id = p_source.id and f.property_id = m.new and f.listing_id = m.listing;

  if v_new && v_old then
    select array_agg(E'\x01' || l::text order by n) into v_parked from unnest(v_listings) with ordinality
      as x (l, n);
    perform property_manager.move_ids(p_source, v_listings, v_old, v_parked);
    perform property_manager.move_ids(p_source, v_listings, v_parked, v_new);
  else
    perform property_manager.move_ids(p_source, v_listings, v_old, v_new);
  end if;
end
$$;

-- Gives listings other ids wherever the present one is kept; history keeps those of its time.
create function property_manager.move_ids(
  p_source public.sources, p_listings uuid[], p_old text[], p_new text[]
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_nestloop = on as $$
begin
  update public.properties_live l set property_id = m.new
  from unnest(p_listings, p_new) as m (listing, new)
  where l.id = m.listing;
  update property_manager.listing_state t set property_id = m.new
  from unnest(p_old, p_new) as m (old, new)
  where t.source_id = p_source.id and t.property_id = m.old;
  update property_manager.listing_scopes t set property_id = m.new
  from unnest(p_old, p_new) as m (old, new), property_manager.scopes s
  where s.source_id = p_source.id and t.scope_id = s.id and t.property_id = m.old;
  update property_manager.pins t set property_id = m.new
  from unnest(p_old, p_new) as m (old, new)
  where t.source_id = p_source.id and t.property_id = m.old;
  update property_manager.listing_warnings t set property_id = m.new
  from unnest(p_old, p_new) as m (old, new)
  where t.source_id = p_source.id and t.property_id = m.old;
  update property_manager.listing_cards t set property_id = m.new
  from unnest(p_old, p_new) as m (old, new)
  where t.source_id = p_source.id and t.property_id = m.old;
  update property_manager.gone_candidates t set property_id = m.new
  from unnest(p_old, p_new) as m (old, new)
  where t.source_id = p_source.id and t.property_id = m.old;
  update property_manager.page_checks t set property_id = m.new
  from unnest(p_old, p_new) as m (old, new)
  where t.source_id = p_source.id and t.property_id = m.old;
  update property_manager.quarantine t set property_id = m.new
  from unnest(p_old, p_new) as m (old, new)
  where t.source_id = p_source.id and t.property_id = m.old and t.status = 'open';
  update property_manager.erasures t set property_id = m.new
  from unnest(p_old, p_new) as m (old, new)
  where t.source_id = p_source.id and t.property_id = m.old;
end
$$;

-- Lets the rule of a source's ids follow the undoing of a change of ids. In: the change set that is
-- undone, and
-- whether that brings the change back.
create function property_manager.follow_rule(p_undone bigint, p_brings_back boolean) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with recursive chain as (
    select u as link from property_manager.change_sets u where u.id = p_undone
    union all
    select u from chain c join property_manager.change_sets u on u.id = (c.link).undoes
  )
  update public.sources o
  set id_rule = nullif((c.link).counts -> case when p_brings_back then 'rule' else 'rule_before' end,
    'null'),
    updated_at = now()
  from chain c
  where (c.link).origin = 'ids' and o.id = (c.link).source_id and (c.link).counts -> 'rule' <> 'null'
$$;
