-- Finding pairs: only what changed since the last time is put into cells and compared anew.

-- Lets listings wait that changed since the last time, by the order of the feed: whole change sets, so that a
-- slice of one can be compared now and the rest later. Out: the feed position that is waited for.
create function property_manager.queue_changed() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off
set enable_seqscan = off as $$
declare
  v_from bigint;
  v_upto bigint;
begin
  select p.position into v_from from property_manager.linkage_progress p for update;
  select max(s.position) into v_upto from property_manager.change_sets s where s.position > v_from;
  if v_upto is null then
    return v_from;
  end if;
  insert into property_manager.linkage_queue (listing_id)
  select l.id from public.properties_live l where v_from = 0
  union
  select c.listing_id
  from property_manager.change_sets s join public.property_changes c on c.change_set_id = s.id
  where v_from > 0 and s.position > v_from and s.position <= v_upto
  order by id -- an index grows fastest in its order
  on conflict do nothing;
  update property_manager.linkage_progress p set position = v_upto;
  return v_upto;
end
$$;

-- Keeps of listings what they are compared by as live has them, puts them into their cells, and keeps the
-- size of crowded ones. Out: of how many there is nothing to compare, as they have no cell.
create function property_manager.renew_cells(p_listings uuid[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_gone bigint;
  v_kept bigint;
  v_bare bigint;
begin
  with gone as (
    delete from property_manager.linkage_listings i using unnest(p_listings) u (id) where i.listing_id = u.id
    returning i.listing_id, i.cells
  ), left_cells as (
    delete from property_manager.linkage_cells c
    using (select distinct g.listing_id, n.cell from gone g cross join unnest(g.cells) n (cell)) o
    where c.cell = o.cell and c.listing_id = o.listing_id
    returning c.cell
  ), thinned as (
    update property_manager.linkage_crowds k set listings = k.listings - g.listings
    from (
      select o.cell, count(*) as listings
      from left_cells o cross join lateral /*use crowd_of o.cell*/ c
      group by o.cell
    ) g
    where k.cell = g.cell
  )
  select count(*) into v_gone from gone;
  with kept as (
    insert into property_manager.linkage_listings
    select i.* from property_manager.linkage_of(p_listings) i
    returning listing_id, placed, cells
  ), made as (
    insert into property_manager.linkage_cells (cell, listing_id, weak)
    select n.cell, i.listing_id, i.placed and n.place > 8
    from kept i cross join unnest(i.cells) with ordinality n (cell, place)
    -- of grids that overlap, two may say the same
    where n.cell is not null and array_position(i.cells, n.cell) = n.place
    order by n.cell
    returning linkage_cells.cell
  ), grown as (
    update property_manager.linkage_crowds k set listings = k.listings + g.listings
    from (
      select m.cell, count(*) as listings
      from made m cross join lateral /*use crowd_of m.cell*/ c
      group by m.cell
    ) g
    where k.cell = g.cell
  )
  select count(*), cardinality(p_listings) - count(*) filter (where array_remove(k.cells, null) <> '{}')
  into v_kept, v_bare
  from kept k;
  update property_manager.linkage_progress p
  set listings = p.listings + v_kept - v_gone, renewed = p.renewed + v_gone;
  return v_bare;
end
$$;

-- The pairs of cells.
create function property_manager.pairs_of(p_cells bigint[])
returns table (left_id uuid, right_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select a.listing_id, b.listing_id
  from unnest(p_cells) t (cell)
  cross join lateral (select c.* from property_manager.linkage_cells c where c.cell = t.cell offset 0) a
  cross join lateral (select c.* from property_manager.linkage_cells c where c.cell = t.cell offset 0) b
  where a.listing_id < b.listing_id and not (a.weak and b.weak)
$$;

-- The pairs that listings make with others of their cells, and those of cells that are no longer crowded.
-- Notes cells of more than p_crowd listings. A cell is read once: most have one listing and are left there.
create function property_manager.near(p_listings uuid[], p_thinned bigint[], p_crowd integer)
returns table (left_id uuid, right_id uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off
set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return query
  with touched as materialized (
    select distinct n.cell
    from unnest(p_listings) u (id)
    join property_manager.linkage_listings i on i.listing_id = u.id
    cross join unnest(i.cells) n (cell)
    where n.cell is not null and not exists (
      select from property_manager.linkage_crowds k where k.cell = n.cell)
  ), sized as materialized (
    select t.cell, m.*
    from touched t
    cross join lateral (
      select count(*) as listings, array_agg(c.listing_id) as ids, array_agg(c.weak) as weak
      from (
        select c.listing_id, c.weak from property_manager.linkage_cells c
        where c.cell = t.cell limit p_crowd + 1
      ) c
    ) m
    where m.listings > 1
  ), crowded as (
    insert into property_manager.linkage_crowds (cell, listings)
    select s.cell, (select count(*) from property_manager.linkage_cells c where c.cell = s.cell)
    from sized s where s.listings > p_crowd
  )
  select least(a.id, b.id), greatest(a.id, b.id)
  from sized s
  cross join unnest(s.ids, s.weak) a (id, weak)
  cross join unnest(s.ids, s.weak) b (id, weak)
  where s.listings <= p_crowd and a.id = any (p_listings) and a.id <> b.id
    and (a.id < b.id or b.id <> all (p_listings)) and not (a.weak and b.weak)
  union
  select * from property_manager.pairs_of(p_thinned);
end
$$;

-- The same for so many listings that all cells are read, in their order: one walk costs less than a look-up a
-- cell.
create function property_manager.near_many(p_listings uuid[], p_thinned bigint[], p_crowd integer)
returns table (left_id uuid, right_id uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_nestloop = off set enable_hashjoin = on
set enable_mergejoin = off set work_mem = '64MB' as $$
declare
  v_all constant boolean := cardinality(p_listings) >= (
    select p.listings from property_manager.linkage_progress p);
begin
  return query
  with touched as materialized (
    select distinct n.cell
    from unnest(p_listings) u (id)
    join property_manager.linkage_listings i on i.listing_id = u.id
    cross join unnest(i.cells) n (cell)
    where not v_all and n.cell is not null
  ), sized as materialized (
    select c.cell, count(*) as listings
    from (
      select k.cell from property_manager.linkage_cells k where v_all
      union all
      select k.cell from touched t join property_manager.linkage_cells k on k.cell = t.cell where not v_all
    ) c
    group by c.cell having count(*) > 1
  ), crowded as (
    insert into property_manager.linkage_crowds (cell, listings)
    select s.cell, s.listings from sized s where s.listings > p_crowd
    on conflict do nothing
  ), members as materialized (
    select c.* from sized s join property_manager.linkage_cells c on c.cell = s.cell
    where s.listings <= p_crowd
  )
  select a.listing_id, b.listing_id
  from members a join members b on b.cell = a.cell and b.listing_id > a.listing_id
  where not (a.weak and b.weak)
    and (v_all or a.listing_id in (select u.id from unnest(p_listings) u (id))
      or b.listing_id in (select u.id from unnest(p_listings) u (id)))
  union
  select * from property_manager.pairs_of(p_thinned);
end
$$;

-- Halves what was counted of unlike pairs once as many listings were compared again as there are: else the
-- pairs of those that change most would come to count for most.
create function property_manager.let_counts_fade() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update property_manager.linkage_progress p set renewed = 0 where p.renewed >= p.listings and p.renewed > 0;
  if found then
    update property_manager.linkage_unlike u set together = u.together / 2, apart = u.apart / 2;
    delete from property_manager.linkage_unlike u where u.together + u.apart = 0;
  end if;
end
$$;

-- The least weight by which a pair may be the rival of one that waits, with the margin of has_rival().
create function property_manager.rival_weight() returns float8
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select min(w.weight) - 3 from property_manager.linkage_patterns w
  where w.probability >= (select p.waiting_at from property_manager.linkage_progress p)
$$;

-- Lets go of the pairs of listings. Their likely partners are noted: each may have lost a rival.
create function property_manager.drop_pairs(p_listings uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_rival constant float8 := property_manager.rival_weight(); -- once: it reads all patterns
begin
  with lefts as (
    delete from property_manager.linkage_pairs p using unnest(p_listings) u (id) where p.left_id = u.id
    returning p.left_id, p.right_id, p.pattern, p.together
  ), rights as (
    delete from property_manager.linkage_pairs p using unnest(p_listings) u (id) where p.right_id = u.id
    returning p.left_id, p.right_id, p.pattern, p.together
  ), gone as materialized (
    select * from lefts union all select * from rights
  ), counted as (
    update property_manager.linkage_counts c
    set together = c.together - g.together, apart = c.apart - g.apart
    from (
      select g.pattern, count(*) filter (where g.together) as together,
        count(*) filter (where not g.together) as apart
      from gone g group by g.pattern
    ) g
    where c.pattern = g.pattern
  )
  insert into property_manager.linkage_touched (listing_id)
  select p.id
  from gone g
  cross join lateral (
    select n.weight from property_manager.linkage_patterns n where n.pattern = g.pattern offset 0) w
  cross join lateral (values (g.left_id), (g.right_id)) p (id)
  where w.weight > v_rival
  on conflict do nothing;
  insert into property_manager.linkage_touched (listing_id)
  select u.id from unnest(p_listings) u (id)
  where exists (select from property_manager.linkage_progress p where p.waiting_at is not null)
  on conflict do nothing;
end
$$;

-- Compares pairs of listings and keeps those that may be one home; of the others it keeps how many have each
-- pattern, without their texts. Out: how many pairs were compared.
create function property_manager.compare_pairs(p_listings uuid[], p_thinned bigint[], p_crowd integer)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_hashjoin = on set enable_mergejoin = off
set enable_nestloop = off set work_mem = '64MB' as $$
declare
  -- so many that reading all costs less than a look-up each
  v_many  constant boolean := 10 * cardinality(p_listings) > (
    select p.listings from property_manager.linkage_progress p);
  v_pairs bigint;
begin
  with pairs as materialized (
    select n.* from property_manager.near(p_listings, p_thinned, p_crowd) n where not v_many
    union all
    select n.* from property_manager.near_many(p_listings, p_thinned, p_crowd) n where v_many
  ), sides as materialized (
    select i.* from property_manager.linkage_listings i where v_many
    union all
    select i.*
    from (select n.left_id as id from pairs n union select n.right_id from pairs n) u
    cross join lateral (
      select k.* from property_manager.linkage_listings k where k.listing_id = u.id offset 0) i
    where not v_many
  ), coded as (
    select n.left_id, n.right_id, /*use pair_code a, b*/ as code,
      a.source = b.source and a.shown and b.shown as together
    from pairs n
    join sides a on a.listing_id = n.left_id
    join sides b on b.listing_id = n.right_id
    offset 0
  ), compared as materialized (
    select c.*, /*use is_unlike c.code*/ as is_unlike from coded c
  ), made as (
    insert into property_manager.linkage_pairs (left_id, right_id, pattern, together)
    select c.left_id, c.right_id, /*use code_pattern c.code*/, c.together
    from compared c where not c.is_unlike
    on conflict do nothing
    returning linkage_pairs.pattern, linkage_pairs.together
  ), kept as (
    insert into property_manager.linkage_counts as k (pattern, together, apart)
    select m.pattern, count(*) filter (where m.together), count(*) filter (where not m.together)
    from made m where strpos(m.pattern, '?') = 0
    group by m.pattern
    on conflict (pattern) do update
    set together = k.together + excluded.together, apart = k.apart + excluded.apart
  ), unlike as (
    select c.code, count(*) filter (where c.together) as together, count(*) as pairs
    from compared c where c.is_unlike
    group by c.code
  ), counted as (
    insert into property_manager.linkage_unlike as u (pattern, together, apart)
    select replace(/*use code_pattern c.code*/, '?', '0') as pattern, sum(c.together),
      sum(c.pairs - c.together)
    from unlike c
    group by 1
    on conflict (pattern) do update
    set together = u.together + excluded.together, apart = u.apart + excluded.apart
  )
  select count(*) into v_pairs from compared;
  return v_pairs;
end
$$;

-- Brings cells and pairs up to date with live for the next p_most of the listings that changed. A cell of
-- more than p_crowd listings says nothing, such as the pin of a city's middle: it is noted and passed over,
-- and compared once it is no longer crowded. Out: how many listings were looked at, the pairs that made, how
-- many of the listings have nothing to compare, how many still wait; the feed position that live is compared
-- at with those.
create function api.renew_pairs(p_most integer, p_crowd integer)
returns table (listings bigint, pairs bigint, bare bigint, waiting bigint, reached bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set jit = off as $$
declare
  v_changed uuid[];
  v_thinned bigint[];
begin
  reached := property_manager.queue_changed();
  with taken as (
    delete from property_manager.linkage_queue q
    where q.listing_id <= (
      select w.listing_id
      from (select n.listing_id from property_manager.linkage_queue n order by n.listing_id limit p_most) w
      order by w.listing_id desc limit 1)
    returning q.listing_id
  )
  select array_agg(t.listing_id) into v_changed from taken t;
  v_changed := coalesce(v_changed, '{}'::uuid[]);
  perform property_manager.drop_pairs(v_changed);
  bare := property_manager.renew_cells(v_changed);
  perform property_manager.let_counts_fade();
  with thinned as (
    delete from property_manager.linkage_crowds k where k.listings <= p_crowd returning k.cell
  )
  select array_agg(t.cell) into v_thinned from thinned t;
  pairs := property_manager.compare_pairs(v_changed, coalesce(v_thinned, '{}'::bigint[]), p_crowd);
  select cardinality(v_changed), (select count(*) from property_manager.linkage_queue) into listings, waiting;
  return next;
end
$$;

-- The largest of the p_most crowded cells in words, as a listing of each has it. Out: how many cells are
-- crowded in all, and what these are of, the largest first: a pin is in several.
create function api.crowded_cells(p_most integer)
returns table (total bigint, name text, cells bigint, listings bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.total, n.name, count(*), max(k.listings)
  from (
    select c.cell, c.listings, count(*) over () as total
    from property_manager.linkage_crowds c order by c.listings desc, c.cell limit p_most
  ) k
  cross join lateral (
    select i.listing_id from property_manager.linkage_cells i where i.cell = k.cell
    order by i.listing_id limit 1
  ) s
  join public.properties_live l on l.id = s.listing_id
  join property_manager.linkage_listings i on i.listing_id = l.id
  cross join lateral (
    select property_manager.cell_name(
      property_manager.cell_kind(array_position(i.cells, k.cell)), l) as name
  ) n
  group by k.total, n.name
  order by max(k.listings) desc, n.name
$$;

-- Pairs whose texts are still to be compared, at most p_most: the words of their streets, their titles and
-- descriptions, null where these need not be compared.
create function api.pair_texts(p_most integer)
returns table (left_id uuid, right_id uuid, left_street text, right_street text, left_title text,
  right_title text, left_words text, right_words text)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select p.left_id, p.right_id,
    case when substr(p.pattern, 2, 1) = '?' then /*use address_words a_at.line*/ end,
    case when substr(p.pattern, 2, 1) = '?' then /*use address_words b_at.line*/ end,
    case when substr(p.pattern, 10, 1) = '?' then left(/*use plain_words a.title*/, 200) end,
    case when substr(p.pattern, 10, 1) = '?' then left(/*use plain_words b.title*/, 200) end,
    case when substr(p.pattern, 13, 1) = '?' then left(/*use plain_words a.description*/, 1000) end,
    case when substr(p.pattern, 13, 1) = '?' then left(/*use plain_words b.description*/, 1000) end
  from (
    select q.left_id, q.right_id, q.pattern from property_manager.linkage_pairs q
    where strpos(q.pattern, '?') > 0 limit p_most
  ) p
  join public.properties_live a on a.id = p.left_id
  join public.properties_live b on b.id = p.right_id
  cross join lateral (select /*use address_line a.address_normalized*/ as said) a_said
  cross join lateral (select /*use address_line b.address_normalized*/ as said) b_said
  cross join lateral (select /*use house_letters a_said.said*/ as line) a_at
  cross join lateral (select /*use house_letters b_said.said*/ as line) b_at
$$;

-- Writes how well the texts of pairs agree: streets, titles and descriptions, a level each.
create function api.set_text_levels(p_pairs jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  with compared as (
    update property_manager.linkage_pairs p
    set pattern = replace(left(p.pattern, 2), '?', n.street) || substr(p.pattern, 3, 7)
      || replace(substr(p.pattern, 10, 1), '?', n.title) || substr(p.pattern, 11, 2)
      || replace(substr(p.pattern, 13, 1), '?', n.words) || substr(p.pattern, 14)
    from jsonb_to_recordset(p_pairs) n (left_id uuid, right_id uuid, street text, title text, words text)
    where p.left_id = n.left_id and p.right_id = n.right_id and strpos(p.pattern, '?') > 0
    returning p.pattern, p.together
  )
  insert into property_manager.linkage_counts as k (pattern, together, apart)
  select c.pattern, count(*) filter (where c.together), count(*) filter (where not c.together)
  from compared c
  group by c.pattern
  on conflict (pattern) do update
  set together = k.together + excluded.together, apart = k.apart + excluded.apart
$$;

-- How many pairs have each pattern: those that one source shows together, and the others; with those that
-- were compared and not kept. `weighed`: by the model that is kept.
create function api.pair_patterns()
returns table (pattern text, together bigint, apart bigint, weighed boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.pattern, c.together, c.apart, exists (
    select from property_manager.linkage_patterns w where w.pattern = c.pattern)
  from (
    select k.pattern, k.together, k.apart from property_manager.linkage_counts k
    where k.together + k.apart > 0
    union all
    select u.pattern, u.together, u.apart from property_manager.linkage_unlike u
  ) c
$$;

-- The model that pairs are weighed by, as `save_linkage_model` kept it; null before the first.
create function api.linkage_model() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.model from property_manager.linkage_progress p
$$;

-- Keeps a model, and what each pattern is worth and says by it:
-- [{pattern, weight, probability, shares, levels}].
create function api.save_linkage_model(p_model jsonb, p_patterns jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from property_manager.linkage_progress for update;
  update property_manager.linkage_progress p set model = p_model, waiting_at = null
  where p.model is distinct from p_model;
  insert into property_manager.linkage_patterns (pattern, weight, probability, shares, levels)
  select n.pattern, n.weight, n.probability, n.shares, n.levels
  from jsonb_to_recordset(p_patterns) n (pattern text, weight float8, probability float8, shares jsonb,
    levels jsonb)
  on conflict (pattern) do update
  set weight = excluded.weight, probability = excluded.probability, shares = excluded.shares,
    levels = excluded.levels
  where (linkage_patterns.weight, linkage_patterns.probability, linkage_patterns.shares,
      linkage_patterns.levels)
    is distinct from (excluded.weight, excluded.probability, excluded.shares, excluded.levels);
end
$$;

-- Notes that a search was carried to its end: the feed position it was of, and its thresholds.
create function api.end_search(p_reached bigint, p_merge_at float8, p_review_at float8) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.linkage_progress p
  set searched_position = greatest(p.searched_position, p_reached), searched_at = clock_timestamp(),
    merge_at = p_merge_at, review_at = p_review_at
$$;
