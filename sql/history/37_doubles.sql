-- Homes that two sources have under names of their own, of which one is to be merged into the other.

-- The listings that a source shows and another one has too. By the address alone it is one home only where
-- something else agrees. In: the source that goes, the one that stays, whether equal ids are one home.
-- Out: either listing and what says so. An id that both have for different homes: null says so.
create function property_manager.doubles(
  p_from public.sources, p_into public.sources, p_same_ids boolean
)
returns table (from_listing uuid, into_listing uuid, from_id text, into_id text, witness text)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off
set work_mem = '64MB' as $$
  with listed as materialized (
    select l.id, l.source = p_from.name as goes, l.property_id, l.status <> 'removed' as shown, l.price,
      coalesce(l.covered_area_m2, l.total_area_m2, l.lot_size_m2) as area,
      lower(/*use collapse_space l.title*/) as called,
      property_manager.witness_key(1, null, l.source_url, null, null, null) as page,
      property_manager.witness_key(2, null, null, l.address_normalized, l.city, null) as place
    from public.properties_live l
    where l.source = p_into.name or l.source = p_from.name and l.status <> 'removed'
  ), lone as materialized (
    -- what several homes have tells none of them
    select k.nth, l.goes, k.key, (array_agg(l.id order by not l.shown))[1] as id
    from listed l cross join lateral (values (1, l.page), (3, l.place)) k (nth, key)
    where k.key is not null
    group by k.nth, l.goes, k.key
    having count(*) filter (where l.shown) = 1 or count(*) = 1
  ), equal as (
    select f.id as from_listing, i.id as into_listing, f.called = i.called or f.place = i.place as agree
    from listed f join listed i on i.property_id = f.property_id and not i.goes
    where f.goes
  ), alike as (
    select f.id as from_listing, i.id as into_listing, f.nth
    from lone f join lone i on i.nth = f.nth and i.key = f.key and not i.goes
    join listed a on a.id = f.id
    join listed b on b.id = i.id
    where f.goes and (f.nth = 1 or a.called = b.called or a.price = b.price or a.area = b.area)
    union all
    select e.from_listing, e.into_listing, case when p_same_ids then 0 else 2 end
    from equal e where e.agree or p_same_ids
  ), best as (
    select distinct on (a.from_listing) a.* from alike a order by a.from_listing, a.nth, a.into_listing
  ), once as (
    select distinct on (b.into_listing) b.* from best b order by b.into_listing, b.nth, b.from_listing
  ), found as (
    select o.from_listing, o.into_listing,
      case o.nth when 1 then 'url' when 3 then 'address' else 'id' end as witness
    from once o
    union all
    select e.from_listing, e.into_listing, null from equal e
    where not exists (select from once o
      where o.from_listing = e.from_listing and o.into_listing = e.into_listing)
  )
  select o.from_listing, o.into_listing, f.property_id, i.property_id, o.witness
  from found o join listed f on f.id = o.from_listing join listed i on i.id = o.into_listing
$$;

-- What the listings that stay take over from those that go: of one that was seen later every value that it
-- has, and that it is shown. A pinned field stays. In: the listings that go, and for each the one that stays.
create function property_manager.taken_values(p_into public.sources, p_gone uuid[], p_kept uuid[])
returns table (listing_id uuid, from_listing uuid, field_name text, old_value jsonb, new_value jsonb,
  monitored boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = on as $$
  with pairs as materialized (
    select i.id, f.id as from_listing, i.property_id, to_jsonb(f) - 'search_vector' as gone,
      to_jsonb(i) - 'search_vector' as kept,
      i.status = 'removed' or property_manager.last_seen(f.source, f.property_id)
        > property_manager.last_seen(i.source, i.property_id) as newer
    from unnest(p_gone, p_kept) as m (gone, kept)
    join public.properties_live f on f.id = m.gone
    join public.properties_live i on i.id = m.kept
  )
  select p.id, p.from_listing, v.name, nullif(p.kept -> v.name, 'null'), p.gone -> v.name, v.monitored
  from pairs p
  cross join lateral (
    select f.name, f.monitored from property_manager.listing_fields f
    where p.newer and f.role = 'content' and f.name <> 'property_id'
    union all
    select 'status', true where p.gone -> 'status' = '"active"' or p.kept -> 'status' = '"removed"'
  ) v
  where p.gone -> v.name <> 'null' and p.gone -> v.name is distinct from p.kept -> v.name
    and not (v.name = 'source_url' and p.gone ->> v.name like 'import:%')
    and not exists (select from property_manager.pins n
      where n.source_id = p_into.id and n.property_id = p.property_id and n.field_name = v.name)
$$;

-- What a merge would do, in figures, with a few homes of either source side by side.
create function property_manager.merge_figures(
  p_from public.sources, p_into public.sources, p_same_ids boolean, p_limit integer
) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with pairs as materialized (
    select * from property_manager.doubles(p_from, p_into, p_same_ids)
  ), taken as materialized (
    select t.from_listing, count(*) as fields
    from (
      select array_agg(d.from_listing) as gone, array_agg(d.into_listing) as kept
      from pairs d where d.witness is not null
    ) a
    cross join lateral property_manager.taken_values(p_into, a.gone, a.kept) t
    group by t.from_listing
  ), shown as (
    select count(*) as listings from public.properties_live l
    where l.source = p_from.name and l.status <> 'removed'
  ), beside as (
    select d.from_id, d.into_id, d.witness, f.title, f.price as from_price, i.title as into_title,
      i.price as into_price, coalesce(i.currency, f.currency) as currency, t.from_listing is not null as taken
    from pairs d
    join public.properties_live f on f.id = d.from_listing
    join public.properties_live i on i.id = d.into_listing
    left join taken t on t.from_listing = d.from_listing
    order by d.witness is not null, t.from_listing is null, f.title = i.title and f.price = i.price, d.from_id
    limit p_limit
  )
  select jsonb_build_object(
    'listings', s.listings, 'moved', s.listings - count(d.witness), 'doubles', count(d.witness),
    'by_url', count(*) filter (where d.witness = 'url'), 'by_id', count(*) filter (where d.witness = 'id'),
    'by_address', count(*) filter (where d.witness = 'address'), 'taken', (select count(*) from taken),
    'clashes', count(*) filter (where d.from_id is not null and d.witness is null),
    'clash', min(d.from_id) filter (where d.witness is null),
    'quarantined', (select count(*) from property_manager.quarantine q
      where q.source_id = p_from.id and q.status = 'open'),
    'homes', coalesce((select jsonb_agg(to_jsonb(b)) from beside b), '[]'))
  from shown s left join pairs d on true
  group by s.listings
$$;
