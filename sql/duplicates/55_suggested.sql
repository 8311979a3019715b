-- What a report says of duplicates: pairs that wait for a person, and how often a source shows a home twice.

-- What speaks for one home, or against it, the strongest first: [{comparison, says, bits}].
create function property_manager.spoken(p_levels jsonb, p_shares jsonb, p_for boolean) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('comparison', s.name, 'says', p_levels ->> s.name,
    'bits', s.bits) order by abs(s.bits) desc, s.name), '[]')
  from (select n.key, n.value::float8 from jsonb_each_text(p_shares) n) s (name, bits)
  where s.bits > 0 and p_for or s.bits < 0 and not p_for
$$;

-- The name of the source that a session is of.
create function property_manager.source_of(p_session uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.name from public.scraping_sessions s join public.sources o on o.id = s.source_id
  where s.id = p_session
$$;

-- Pairs that wait for a person, the likeliest first, at most p_limit: those of a source, or all (null); those
-- of which a session shows a listing, or all (null). Out: the probability that they are one home; why a
-- person must say so, null where the probability alone is too low; what speaks for it and against it, as
-- spoken() has it; the fields of both, as side() has them.
create function api.suggested_merges(p_source text default null, p_session uuid default null,
  p_limit integer default 20)
returns table (probability float8, vetoed text, speaks_for jsonb, speaks_against jsonb, left_side jsonb,
  right_side jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off set work_mem = '64MB' as $$
  select w.probability, property_manager.veto(w.pattern, a, b),
    property_manager.spoken(w.levels, w.shares, true), property_manager.spoken(w.levels, w.shares, false),
    property_manager.side(a), property_manager.side(b)
  from (
    select p.left_id, p.right_id, n.*
    from property_manager.linkage_patterns n join property_manager.linkage_pairs p using (pattern)
    where n.probability >= (select g.review_at from property_manager.linkage_progress g)
    order by n.probability desc, p.left_id, p.right_id
    offset 0
  ) w
  join public.properties_live a on a.id = w.left_id
  join public.properties_live b on b.id = w.right_id
  where (p_source is null or p_source in (a.source, b.source))
    and (p_session is null
      or a.source = (select property_manager.source_of(p_session)) and a.property_id in (
        select t.property_id from public.property_scrapes_staging t where t.session_id = p_session)
      or b.source = (select property_manager.source_of(p_session)) and b.property_id in (
        select t.property_id from public.property_scrapes_staging t where t.session_id = p_session))
    and property_manager.standing(a, b) = 'review'
  order by w.probability desc, w.left_id, w.right_id
  limit p_limit
$$;

-- How often each source, or one, shows a home more than once. Out: its active listings; those of them that
-- are a further one of a home; the pairs of its active listings that wait for a person; when the last search
-- ended, and whether it has seen all that the source shows: else nothing is assessed.
create function api.duplicate_rates(p_source text default null)
returns table (source text, listings bigint, further bigint, waiting bigint, searched_at timestamptz,
  is_assessed boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with shown as (
    select l.source, count(*) as listings
    from public.properties_live l
    where l.status = 'active' and (p_source is null or l.source = p_source)
    group by l.source
  ), homes as (
    select l.source, count(*) - count(distinct h.home_id) as further
    from property_manager.home_listings h join public.properties_live l on l.id = h.listing_id
    where l.status = 'active' and (p_source is null or l.source = p_source)
    group by l.source
  ), pairs as (
    select a.source, count(*) as waiting
    from property_manager.linkage_patterns n
    join property_manager.linkage_pairs p using (pattern)
    join public.properties_live a on a.id = p.left_id
    join public.properties_live b on b.id = p.right_id
    where n.probability >= (select g.review_at from property_manager.linkage_progress g)
      and p.together and (p_source is null or a.source = p_source)
      and property_manager.standing(a, b) = 'review'
    group by a.source
  )
  select s.source, s.listings, coalesce(h.further, 0), coalesce(p.waiting, 0), g.searched_at,
    g.searched_position is not null and not exists (
      select from property_manager.change_sets c
      join public.sources o on o.id = c.source_id
      where o.name = s.source and c.position > g.searched_position
        and exists (select from public.property_changes n where n.change_set_id = c.id))
  from shown s
  cross join property_manager.linkage_progress g
  left join homes h using (source)
  left join pairs p using (source)
  order by s.source
$$;
