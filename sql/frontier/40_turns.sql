-- All workers on all hosts keep one pace at a site: they take its turns from one row, a few at a time.

-- Gives a worker the next turns at a site, and its share of the requests that may be under way there.
-- In: the seconds between two turns; how many turns; how many requests all workers may have under way; how
-- many answers showed that the site is well, since the last call.
-- Out: seconds until the first turn; seconds between them, longer while the site is overloaded; how many
-- there are, none where the worker has to ask again then; its share; for how many seconds the site wants
-- to be left alone, null if it does not.
create function api.take_turns(
  p_site text, p_worker uuid, p_gap float8, p_wanted integer, p_at_once integer, p_answers integer,
  out starts_in float8, out gap float8, out turns integer, out at_once integer, out closed_for float8
)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_site  property_manager.site_turns;
  v_now   timestamptz;
  v_first timestamptz;
begin
  insert into property_manager.site_turns (site) values (p_site) on conflict do nothing;
  select * into v_site from property_manager.site_turns t where t.site = p_site for update;
  v_now := clock_timestamp(); -- not before: others may have taken turns while the row was waited for
  v_site.slowdown := greatest(1, v_site.slowdown - 0.25 * p_answers);
  gap := p_gap * v_site.slowdown;
  v_first := greatest(v_site.next_turn, v_now);
  starts_in := extract(epoch from v_first - v_now);
  at_once := property_manager.share_site(p_site, p_worker, p_at_once,
    v_first + make_interval(secs => gap * p_wanted + 60));
  turns := p_wanted;
  if v_site.closed_until > v_now then
    closed_for := extract(epoch from v_site.closed_until - v_now);
    turns := 0;
  elsif at_once = 0 then
    turns := 0;
    starts_in := 1;
  end if;
  update property_manager.site_turns t
  set slowdown = v_site.slowdown,
    next_turn = case when turns > 0 then v_first + make_interval(secs => gap * turns) else t.next_turn end
  where t.site = p_site;
end
$$;

-- A worker's share of the requests that may be under way at a site: as much as each other's, of what the
-- others have left. One that finds nothing left waits, and the others give up something as they call.
create function property_manager.share_site(
  p_site text, p_worker uuid, p_at_once integer, p_held_until timestamptz
) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_others integer;
  v_held   integer;
  v_share  integer;
begin
  delete from property_manager.site_shares s where s.site = p_site and s.held_until < clock_timestamp();
  select count(*), coalesce(sum(s.at_once), 0) into v_others, v_held
  from property_manager.site_shares s where s.site = p_site and s.worker <> p_worker;
  v_share := greatest(0, least(greatest(1, p_at_once / (v_others + 1)), p_at_once - v_held));
  insert into property_manager.site_shares as s (site, worker, at_once, held_until)
  values (p_site, p_worker, v_share, p_held_until)
  on conflict (site, worker) do update set at_once = excluded.at_once, held_until = excluded.held_until;
  return v_share;
end
$$;

-- Gives up a worker's shares of all sites: it has nothing to fetch for now.
create function api.rest_worker(p_worker uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  delete from property_manager.site_shares where worker = p_worker
$$;

-- Notes what a site has asked for: to slow down (p_overloaded), to wait before the next request, to be left
-- alone for longer than a worker waits.
create function api.slow_site(p_site text, p_overloaded boolean, p_pause float8, p_closed float8)
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.site_turns as t (site, next_turn, slowdown, closed_until)
  values (p_site, clock_timestamp() + make_interval(secs => p_pause),
    case when p_overloaded then 2 else 1 end,
    case when p_closed > 0 then clock_timestamp() + make_interval(secs => p_closed) end)
  on conflict (site) do update
  set next_turn = greatest(t.next_turn, excluded.next_turn),
    slowdown = case when p_overloaded then least(16, t.slowdown * 2) else t.slowdown end,
    closed_until = greatest(t.closed_until, excluded.closed_until)
$$;
