-- The pairs that wait: likely one home and not yet merged. They are kept, and looked at again only where
-- something changed that they depend on: a pair, the home of a listing, a rival, a person's word.

-- Keeps, of the pairs of listings (null: of all) that are likely by at least p_least, those that wait.
create function property_manager.keep_waiting(p_listings uuid[], p_least float8) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off
set enable_seqscan = off as $$
begin
  insert into property_manager.linkage_waiting (left_id, right_id, probability, sure)
  select p.left_id, p.right_id, p.probability, (/*use veto p.pattern, a, b*/) is null
  from (
    select n.left_id, n.right_id, w.pattern, w.probability
    from property_manager.linkage_patterns w join property_manager.linkage_pairs n using (pattern)
    where p_listings is null and w.probability >= p_least
    union
    select n.left_id, n.right_id, w.pattern, w.probability
    from unnest(p_listings) u (id)
    cross join lateral (
      select p.* from property_manager.linkage_pairs p where p.left_id = u.id
      union all
      select p.* from property_manager.linkage_pairs p where p.right_id = u.id
      offset 0
    ) n
    cross join lateral (
      select o.* from property_manager.linkage_patterns o where o.pattern = n.pattern offset 0) w
    where w.probability >= p_least
    offset 0
  ) p
  join property_manager.linkage_listings a on a.listing_id = p.left_id
  join property_manager.linkage_listings b on b.listing_id = p.right_id
  where /*use standing a, b*/ = 'review';
end
$$;

-- The listings that were touched, those of their homes, and those that are as like one of them as a rival is.
create function property_manager.touched() returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off
set enable_seqscan = off as $$
declare
  v_touched uuid[] := array(select t.listing_id from property_manager.linkage_touched t);
  v_rival   float8 := property_manager.rival_weight();
begin
  return array(
    select t.id from unnest(v_touched) t (id)
    union
    select g.listing_id
    from unnest(v_touched) t (id)
    cross join lateral (
      select h.home_id from property_manager.home_listings h where h.listing_id = t.id offset 0) h
    cross join lateral (
      select g.listing_id from property_manager.home_listings g where g.home_id = h.home_id offset 0) g
    union
    select p.id
    from unnest(v_touched) t (id)
    cross join lateral (
      select p.right_id as id, p.pattern from property_manager.linkage_pairs p where p.left_id = t.id
      union all
      select p.left_id, p.pattern from property_manager.linkage_pairs p where p.right_id = t.id
      offset 0
    ) p
    cross join lateral (
      select w.weight from property_manager.linkage_patterns w where w.pattern = p.pattern offset 0) w
    where w.weight > v_rival);
end
$$;

-- Brings the pairs that wait up to date: those of touched listings, or all where the model or p_least is
-- another. Out: how many wait for a person, likely by at least p_least.
create function api.renew_waiting(p_least float8) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_kept_at float8;
  v_touched uuid[];
begin
  select p.waiting_at into v_kept_at from property_manager.linkage_progress p for update;
  if v_kept_at is distinct from p_least then
    delete from property_manager.linkage_waiting;
    perform property_manager.keep_waiting(null, p_least);
    update property_manager.linkage_progress p set waiting_at = p_least;
  else
    v_touched := property_manager.touched();
    delete from property_manager.linkage_waiting w where w.left_id = any (v_touched);
    delete from property_manager.linkage_waiting w where w.right_id = any (v_touched);
    perform property_manager.keep_waiting(v_touched, p_least);
  end if;
  delete from property_manager.linkage_touched;
  return (select count(*) from property_manager.linkage_waiting);
end
$$;

-- Pairs that are one home by at least p_least and that nobody need decide, the surest first; at most p_most
-- after p_after ([probability, left, right]), as renew_waiting() found them.
create function api.likely_pairs(p_least float8, p_after jsonb, p_most integer)
returns table (left_id uuid, right_id uuid, left_home uuid, right_home uuid, probability float8)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select w.left_id, w.right_id, property_manager.home_of(w.left_id), property_manager.home_of(w.right_id),
    w.probability
  from (
    select n.* from property_manager.linkage_waiting n
    where n.sure and n.probability >= p_least
      and (p_after is null or (-n.probability, n.left_id, n.right_id)
        > (-(p_after ->> 0)::float8, (p_after ->> 1)::uuid, (p_after ->> 2)::uuid))
    offset 0
  ) w
  join public.properties_live a on a.id = w.left_id
  join public.properties_live b on b.id = w.right_id
  where property_manager.standing(a, b) = 'review'
  order by w.probability desc, w.left_id, w.right_id
  limit p_most
$$;
