-- Personal data in kept pages: found by reading them all, and overwritten.

-- The addresses under which a listing, and what is known to be the same, was staged or is live.
create function property_manager.pages_of_home(p_source integer, p_property_id text)
returns table (source_id integer, url text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with known as materialized (
    select h.source_id, f.name, h.property_id
    from property_manager.same_homes(p_source, p_property_id) h
    join public.sources f on f.id = h.source_id
  )
  select k.source_id, l.source_url
  from known k
  join public.properties_live l on l.source = k.name and l.property_id = k.property_id
  where l.source_url is not null
  union
  select n.source_id, r.source_url
  from public.property_scrapes_staging r
  join public.scraping_sessions n on n.id = r.session_id
  where r.property_id in (select k.property_id from known k)
    and (n.source_id, r.property_id) in (select k.source_id, k.property_id from known k)
    and r.source_url is not null
$$;

-- Deletes the pages of a listing's own addresses, or only counts them. Out: how many.
create function api.erase_pages_of(p_source text, p_property_id text, p_dry_run boolean) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_pages bigint[];
begin
  select coalesce(array_agg(p.id), '{}') into v_pages
  from property_manager.pages_of_home((select f.id from public.sources f where f.name = p_source),
    p_property_id) u
  join property_manager.pages p on p.source_id = u.source_id
    and hashtextextended(p.url, 0) = hashtextextended(u.url, 0) and p.url = u.url;
  if not p_dry_run and cardinality(v_pages) > 0 then
    perform property_manager.drop_pages(v_pages);
  end if;
  return cardinality(v_pages);
end
$$;

-- The bodies that pages of these sources consist of, after an id, and by which charset they are read.
create function api.bodies_to_search(p_sources text[], p_after bigint, p_limit integer)
returns table (body_id bigint, hash text, store text, stored boolean, charset text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select b.id, encode(b.hash, 'hex'), b.store, b.stored, p.charset
  from property_manager.page_bodies b
  cross join lateral (
    select k.charset from property_manager.pages k
    where k.body_id = b.id
      and k.source_id in (select f.id from public.sources f where f.name = any (p_sources))
    limit 1
  ) p
  where b.id > p_after and not b.doomed
  order by b.id limit p_limit
$$;

-- Notes the content that is to take the place of one with personal data. Out: its body, and whether the store
-- has the bytes already.
create function api.note_body(p_store text, p_body jsonb) returns table (body_id bigint, stored boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.note_bodies(p_store, jsonb_build_array(p_body));
  return query
  select b.id, b.stored from property_manager.page_bodies b
  where b.hash = decode(p_body ->> 'hash', 'hex') and not b.doomed;
end
$$;

-- Lets the pages of a body consist of another, read as UTF-8, or (null) deletes them: the body had personal
-- data that cannot be cut out of it. Out: how many pages.
create function api.erase_body(p_body bigint, p_instead bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_pages bigint[] := array(select p.id from property_manager.pages p where p.body_id = p_body);
begin
  if p_instead is null then
    perform property_manager.drop_pages(v_pages);
  else
    lock table property_manager.page_bodies in share row exclusive mode;
    update property_manager.page_bodies set stored = true where id = p_instead;
    update property_manager.pages set body_id = p_instead, charset = 'utf-8', erased_at = now()
    where id = any (v_pages);
    perform property_manager.doom_bodies(array[p_body]);
  end if;
  return cardinality(v_pages);
end
$$;

-- The addresses of pages that are not kept: those of listings of the source that were erased on request.
create function api.suppressed_pages(p_source text) returns table (url text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct u.url
  from property_manager.erasures e
  cross join lateral property_manager.pages_of_home(e.source_id, e.property_id) u
  join public.sources f on f.id = u.source_id
  where e.kind = 'listing' and e.lifted_at is null and f.name = p_source
$$;
