-- Listings that their own pages have proven gone, removed by a plan like every other.

-- What a proof says, in words.
create function property_manager.describe_check(p_check property_manager.page_checks) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('%s on %s', p_check.sign, property_manager.format_moment(p_check.checked_at))
$$;

-- Plans the removal of the candidates of a source that were proven gone.
create function property_manager.plan_gone(p_plan uuid, p_source public.sources) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with proven as (
    select l.id, l.property_id, l.change_set_id, l.status,
      format('gone by its own page: %s, and %s; missed by %s complete %s',
        property_manager.describe_check(f), property_manager.describe_check(n), g.misses,
        case when exists (select from property_manager.scans h where h.scope_id = g.scope_id offset 0)
          then 'index scans' else 'scrapes' end) as reason
    from property_manager.gone_candidates g
    join property_manager.page_checks f on f.id = g.first_proof
    join property_manager.page_checks n on n.id = g.last_proof
    cross join lateral /*use listing_of p_source.name, g.property_id*/ l
    where g.source_id = p_source.id and l.status <> 'removed'
      and not exists (select from property_manager.pins p
        where p.source_id = p_source.id and p.property_id = g.property_id and p.field_name = 'status'
        offset 0)
  ), saved as (
    insert into property_manager.plan_changes (plan_id, property_id, field_name, old_value, new_value,
      confidence, parts, significant, reason)
    select p_plan, property_id, 'status', to_jsonb(status), '"removed"', 0.99, '{"field": 0.99}', true, reason
    from proven
  )
  insert into property_manager.plan_rows (plan_id, property_id, action, listing_id, base, confidence,
    significant, reason)
  select p_plan, property_id, 'remove', id, change_set_id, 0.99, true, reason from proven
$$;

-- Reasons to hold such a plan: no page of a listing that is there has said so, or more would go at once than
-- the source allows.
create function property_manager.guard_gone(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'no_canaries', 'no page of a listing that is known to be there has said so: verify again'
  where not exists (select from property_manager.page_checks k
      where k.session_id = p_session.id and k.is_canary)
    or exists (select from property_manager.page_checks k
      where k.session_id = p_session.id and k.is_canary and k.answer <> 'alive')
  union all
  select 'removal_cap', format('%s of %s listings would be removed, and the source allows %s at once: '
    'look at some of their pages, then approve the plan', going.rows, here.listings,
    greatest((p_source.facts #>> '{removal,most_rows}')::integer,
      floor((p_source.facts #>> '{removal,most_share}')::numeric * here.listings)))
  from (select count(*) as rows from property_manager.plan_rows where plan_id = p_plan.id) going,
    (select count(*) as listings from public.properties_live l
      where l.source = p_source.name and l.status <> 'removed'
        and exists (select from property_manager.plan_rows r where r.plan_id = p_plan.id
          offset (p_source.facts #>> '{removal,most_rows}')::integer)) here
  where going.rows > (p_source.facts #>> '{removal,most_rows}')::integer
    and going.rows > (p_source.facts #>> '{removal,most_share}')::numeric * here.listings
$$;

-- Refuses a plan of removals of which one has been seen again since it was proven gone.
create function property_manager.refuse_if_seen(p_plan property_manager.plans) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_seen text;
begin
  select r.property_id into v_seen
  from property_manager.plan_rows r
  join public.scraping_sessions s on s.id = p_plan.session_id
  where r.plan_id = p_plan.id and not exists (
    select from property_manager.gone_candidates g
    where g.source_id = s.source_id and g.property_id = r.property_id and g.last_proof is not null offset 0)
  limit 1;
  if found then
    raise exception 'plan % is out of date: listing % has been seen since it was made',
      left(p_plan.id::text, 8), v_seen
      using errcode = 'PMOLD', hint = 'make a new one: crawl verify';
  end if;
end
$$;

-- Forgets the candidates that a plan has removed, and those that its session has shown since; what proved
-- the removal is kept.
create function property_manager.forget_candidates(p_plan property_manager.plans,
  p_session public.scraping_sessions) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  if not exists (select from property_manager.gone_candidates g where g.source_id = p_session.source_id) then
    return; -- the rows of the session need not be read
  end if;
  delete from property_manager.gone_candidates g
  using (
    select r.property_id from property_manager.plan_rows r
    where r.plan_id = p_plan.id and r.action <> 'deactivate'
    union
    select s.property_id from public.property_scrapes_staging s where s.session_id = p_session.id
  ) ended
  where g.source_id = p_session.source_id and g.property_id = ended.property_id
    and g.since <= p_session.completed_at;
end
$$;

-- Remembers that a person has refused to remove what a plan would have: its pages are asked anew a month
-- later, and only what they say then proves it gone. A listing that is shown again is no candidate any more.
create function property_manager.refuse_removals(p_plan property_manager.plans) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.gone_candidates g
  set first_proof = null, last_proof = null, refused_at = clock_timestamp(),
    next_check = greatest(s.completed_at, clock_timestamp()) + interval '30 days'
  from public.scraping_sessions s
  join property_manager.plan_rows r on r.plan_id = p_plan.id and r.action = 'remove'
  where s.id = p_plan.session_id and s.kind = 'verification' and g.source_id = s.source_id
    and g.property_id = r.property_id
$$;
