-- Pages as they are kept: noted first, so that the bytes that a store has are always known here.

-- Notes pages that were fetched. Contents that are known already are not noted twice. An erasure waits for
-- this call, or this call knows of it. In: the newest erasure that the caller knows of; the store that it
-- writes to; [{url, final_url, fetched_at, status, hash, size, packed, charset, headers}].
-- Out: of each page, by its place in the list from 1, the body that it consists of, and whether the store has
-- the bytes: the caller stores those that it has not, and says so (api.bodies_stored).
create function api.note_pages(p_source text, p_known bigint, p_store text, p_pages jsonb)
returns table (nth bigint, body_id bigint, hash text, stored boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source integer;
begin
  lock table property_manager.erasures in row exclusive mode;
  select id into v_source from public.sources where name = p_source;
  if not found then
    raise exception 'there is no source "%"', p_source using errcode = 'PMNOF', hint = 'see status';
  end if;
  perform property_manager.require_erasures_known(v_source, p_known);
  perform property_manager.note_bodies(p_store, p_pages);
  insert into property_manager.pages
    (source_id, body_id, fetched_at, status, url, final_url, charset, headers)
  select v_source, b.id, g.fetched_at, g.status, g.url, g.final_url, g.charset, g.headers
  from jsonb_to_recordset(p_pages) as g (url text, final_url text, fetched_at timestamptz, status smallint,
    hash text, charset text, headers jsonb)
  join property_manager.page_bodies b on b.hash = decode(g.hash, 'hex') and not b.doomed
  on conflict do nothing;
  return query
  select g.nth, b.id, g.page ->> 'hash', b.stored
  from jsonb_array_elements(p_pages) with ordinality g (page, nth)
  join property_manager.page_bodies b on b.hash = decode(g.page ->> 'hash', 'hex') and not b.doomed
  order by g.nth;
end
$$;

-- Notes contents: [{hash, size, packed}]. Those that are known already stay where they are.
create function property_manager.note_bodies(p_store text, p_bodies jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.page_bodies (hash, store, size, packed)
  select distinct on (g.hash) decode(g.hash, 'hex'), p_store, g.size, g.packed
  from jsonb_to_recordset(p_bodies) as g (hash text, size integer, packed integer)
  order by g.hash
  on conflict do nothing
$$;

-- Says that a store has the bytes of these bodies. Out: those that are wanted no longer; the caller deletes
-- their bytes again.
create function api.bodies_stored(p_bodies bigint[]) returns table (body_id bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update property_manager.page_bodies b set stored = true where b.id = any (p_bodies) and not b.doomed;
  return query
  select g.id from unnest(p_bodies) g (id)
  where not exists (select from property_manager.page_bodies b where b.id = g.id and not b.doomed);
end
$$;
