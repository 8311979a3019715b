-- Finding pairs: only what changed since the last time is put into cells and compared anew.

-- Brings cells and pairs up to date with live: whole change sets in the order of the feed, the next ones that
-- wrote about p_most listings. A cell of more than p_crowd listings says nothing, such as the pin of a city's
-- middle: it is counted and passed over. Out: how many listings were looked at, whether there are more, and
-- the feed position that live was compared at.
create function api.renew_pairs(p_most integer, p_crowd integer)
returns table (listings bigint, pairs bigint, crowded bigint, more boolean, reached bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan set enable_nestloop = off set jit = off as $$
declare
  v_from    bigint;
  v_upto    bigint;
  v_sets    bigint[];
  v_changed uuid[];
begin
  select p.position into v_from from property_manager.linkage_progress p for update;
  select max(s.position), array_agg(s.id) into v_upto, v_sets
  from (
    select c.id, c.position, row_number() over (order by c.position) as place,
      sum(property_manager.listings_written(c.counts)) over (order by c.position) as written
    from property_manager.change_sets c where c.position > v_from
  ) s
  where s.written <= p_most or s.place = 1;
  v_changed := array(
    select distinct c.listing_id from public.property_changes c where c.change_set_id = any (v_sets));

  delete from property_manager.linkage_cells c where c.listing_id = any (v_changed);
  delete from property_manager.linkage_pairs p where p.left_id = any (v_changed);
  delete from property_manager.linkage_pairs p where p.right_id = any (v_changed);
  insert into property_manager.linkage_cells (cell, listing_id)
  select c.cell, l.id
  from public.properties_live l cross join lateral property_manager.cells_of(l) c (cell)
  where l.id = any (v_changed);

  with touched as materialized (
    select distinct c.cell from property_manager.linkage_cells c where c.listing_id = any (v_changed)
  ), sized as materialized (
    select c.cell, count(*) as listings
    from touched t join property_manager.linkage_cells c using (cell)
    group by c.cell
    having count(*) > 1
  ), near as (
    select distinct least(a.listing_id, b.listing_id) as left_id,
      greatest(a.listing_id, b.listing_id) as right_id
    from sized s
    join property_manager.linkage_cells a using (cell)
    join property_manager.linkage_cells b using (cell)
    where s.listings <= p_crowd and a.listing_id = any (v_changed) and a.listing_id <> b.listing_id
  ), made as (
    insert into property_manager.linkage_pairs (left_id, right_id, pattern, together)
    select n.left_id, n.right_id, property_manager.pattern_of(a, b),
      a.source = b.source and a.status = 'active' and b.status = 'active'
    from near n
    join public.properties_live a on a.id = n.left_id
    join public.properties_live b on b.id = n.right_id
    returning 1
  )
  select count(*), (select count(*) from made), (select count(*) from sized where sized.listings > p_crowd)
  into listings, pairs, crowded
  from unnest(v_changed);
  update property_manager.linkage_progress p set position = v_upto where v_upto is not null;
  more := exists (select from property_manager.change_sets s where s.position > v_upto);
  reached := coalesce(v_upto, v_from);
  return next;
end
$$;

-- Pairs whose texts are still to be compared, at most p_most: the words of their streets and their titles.
create function api.pair_texts(p_most integer)
returns table (left_id uuid, right_id uuid, left_street text, right_street text, left_title text,
  right_title text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.left_id, p.right_id,
    /*use address_words a.address_normalized*/,
    /*use address_words b.address_normalized*/,
    left(/*use plain_words a.title*/, 200), left(/*use plain_words b.title*/, 200)
  from (
    select q.left_id, q.right_id from property_manager.linkage_pairs q
    where strpos(q.pattern, '?') > 0 limit p_most
  ) p
  join public.properties_live a on a.id = p.left_id
  join public.properties_live b on b.id = p.right_id
$$;

-- Writes how well the texts of pairs agree: streets and titles, a level each.
create function api.set_text_levels(p_pairs jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.linkage_pairs p
  set pattern = overlay(overlay(p.pattern
      placing replace(substr(p.pattern, 2, 1), '?', n.street) from 2 for 1)
      placing replace(substr(p.pattern, 10, 1), '?', n.title) from 10 for 1)
  from jsonb_to_recordset(p_pairs) n (left_id uuid, right_id uuid, street text, title text)
  where p.left_id = n.left_id and p.right_id = n.right_id
$$;

-- How many pairs have each pattern: those that one source shows together, and the others.
create function api.pair_patterns() returns table (pattern text, together bigint, apart bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.pattern, count(*) filter (where p.together), count(*) filter (where not p.together)
  from property_manager.linkage_pairs p group by p.pattern
$$;

-- Keeps a model, and what each pattern is worth and says by it:
-- [{pattern, weight, probability, shares, levels}].
create function api.save_linkage_model(p_model jsonb, p_patterns jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from property_manager.linkage_progress for update;
  update property_manager.linkage_progress p set model = p_model where p.model is distinct from p_model;
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
