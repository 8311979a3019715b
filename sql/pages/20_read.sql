-- Kept pages, read again.

-- The newest kept page of each address of a source, fetched since then (null: ever), after an id.
create function api.pages_to_read(p_source text, p_since timestamptz, p_after bigint, p_limit integer)
returns table (
  id bigint, url text, final_url text, fetched_at timestamptz, status smallint, charset text, headers jsonb,
  body_id bigint, hash text, store text, stored boolean
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.url, p.final_url, p.fetched_at, p.status, p.charset, p.headers, b.id, encode(b.hash, 'hex'),
    b.store, b.stored
  from (
    select k.* from property_manager.pages k
    where k.source_id = (select f.id from public.sources f where f.name = p_source)
      and k.id > p_after and k.fetched_at >= coalesce(p_since, '-infinity')
      and not exists (
        select from property_manager.pages n
        where n.source_id = k.source_id and hashtextextended(n.url, 0) = hashtextextended(k.url, 0)
          and n.url = k.url and n.fetched_at > k.fetched_at)
    order by k.id limit p_limit
  ) p
  join property_manager.page_bodies b on b.id = p.body_id
  order by p.id
$$;

-- Those of these addresses whose page, fetched then, is not to be read again: a later row of the listing was
-- staged, or live has one, or the listing was removed or missed since: an old page is no new sighting.
create function api.outdated_pages(p_source text, p_urls text[], p_fetched timestamptz[])
returns table (url text)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with asked as materialized (
    select g.url, g.fetched_at from unnest(p_urls, p_fetched) g (url, fetched_at)
  ), later as materialized (
    select n.id from public.scraping_sessions n
    join public.sources f on f.id = n.source_id
    where f.name = p_source and n.sync_status in ('completed', 'pending', 'held')
      and n.completed_at > (select min(a.fetched_at) from asked a)
  )
  select a.url from asked a
  join public.properties_live l on l.source_url = a.url
  where l.source = p_source and (l.scraped_at > a.fetched_at or l.status = 'removed' or exists (
    select from property_manager.listing_scopes k
    join property_manager.scopes c on c.id = k.scope_id
    where c.source = p_source and k.property_id = l.property_id and k.missed_at > a.fetched_at))
  union
  select a.url from asked a
  join public.property_scrapes_staging s on s.source_url = a.url
  where s.session_id = any (array(select id from later)) and s.scraped_at > a.fetched_at
$$;

-- The kept page that a row was read from: fetched at that time, and under that address where several were.
-- A home without a page of its own has another address than the page that shows it. Out: null without one.
create function property_manager.kept_page(p_source integer, p_url text, p_fetched timestamptz) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('url', p.url, 'fetched_at', p.fetched_at, 'status', p.status,
    'body_id', b.id, 'hash', encode(b.hash, 'hex'), 'store', b.store, 'size', b.size,
    'erased_at', p.erased_at)
  from property_manager.pages p
  join property_manager.page_bodies b on b.id = p.body_id
  where p.source_id = p_source and p.fetched_at = p_fetched and b.stored
  order by p.url = p_url desc limit 1
$$;
