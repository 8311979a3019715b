-- Pages that go: too old, or too many. Their rows go first; their bytes are deleted by whoever has the store.

-- Deletes pages, and dooms the bodies that no other page consists of. Nobody notes a page meanwhile.
create function property_manager.drop_pages(p_pages bigint[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_bodies bigint[];
begin
  lock table property_manager.page_bodies in share row exclusive mode;
  with gone as (
    delete from property_manager.pages where id = any (p_pages) returning body_id
  )
  select array_agg(distinct g.body_id) into v_bodies from gone g;
  perform property_manager.doom_bodies(v_bodies);
end
$$;

-- Dooms those of these bodies that no page consists of.
create function property_manager.doom_bodies(p_bodies bigint[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.page_bodies b set doomed = true
  where b.id = any (p_bodies)
    and not exists (select from property_manager.pages p where p.body_id = b.id)
$$;

-- The pages that go, the oldest first: those older than their source keeps pages, and the oldest of what
-- takes more room than there is. In: the bytes that the packed pages of all sources may take.
create function property_manager.expired_pages(p_most bigint)
returns table (id bigint, fetched_at timestamptz, packed integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with kept as (
    select p.id, p.source_id, p.fetched_at, b.packed,
      -- a content that several pages have takes room once, and goes with the newest of them
      row_number() over (partition by p.body_id order by p.fetched_at desc, p.id desc) = 1 as takes_room
    from property_manager.pages p
    join property_manager.page_bodies b on b.id = p.body_id
  )
  select x.id, x.fetched_at, x.packed
  from (
    select k.id, k.fetched_at, k.packed,
      sum(k.packed) filter (where k.takes_room) over (order by k.fetched_at desc, k.id desc) as so_far,
      property_manager.moment_ago(make_interval(days => coalesce((f.facts ->> 'keep_pages')::integer, 30)))
        as oldest
    from kept k
    join public.sources f on f.id = k.source_id
  ) x
  where x.fetched_at < x.oldest or x.so_far > p_most
$$;

-- Removes the pages that go, a bounded batch per call. In: the bytes that packed pages may take; how many
-- pages at most; whether only to count. Out: {pages, more}.
create function api.expire_pages(p_most bigint, p_limit integer, p_dry_run boolean) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_pages bigint[];
begin
  if p_dry_run then
    return (
      select jsonb_build_object('pages', count(*), 'more', false)
      from property_manager.expired_pages(p_most));
  end if;
  select coalesce(array_agg(e.id), '{}') into v_pages
  from (
    select g.id from property_manager.expired_pages(p_most) g order by g.fetched_at, g.id limit p_limit
  ) e;
  if cardinality(v_pages) > 0 then
    perform property_manager.drop_pages(v_pages);
  end if;
  return jsonb_build_object('pages', cardinality(v_pages), 'more', cardinality(v_pages) = p_limit);
end
$$;

-- Doomed bodies of these stores, after an id: their bytes are to be deleted.
create function api.doomed_bodies(p_stores text[], p_after bigint, p_limit integer)
returns table (body_id bigint, hash text, store text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select b.id, encode(b.hash, 'hex'), b.store from property_manager.page_bodies b
  where b.doomed and b.store = any (p_stores) and b.id > p_after
  order by b.id limit p_limit
$$;

-- Forgets doomed bodies whose bytes were deleted.
create function api.forget_bodies(p_bodies bigint[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from property_manager.page_bodies b where b.id = any (p_bodies) and b.doomed
$$;

-- What is kept. Out: {pages, bodies, bytes}, of these the packed bytes.
create function api.pages_kept() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('pages', (select count(*) from property_manager.pages), 'bodies', count(*),
    'bytes', coalesce(sum(b.packed), 0))
  from property_manager.page_bodies b where not b.doomed
$$;
