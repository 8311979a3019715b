-- A home field by field: which of its listings each value comes from, and why that one counts.

-- The listings of a home that is named by one of them, as home_ranks has them; one that is alone is first.
create function property_manager.ranked_listings(p_listing uuid)
returns table (place bigint, trust numeric, seen_at timestamptz, pinned text[],
  listing public.properties_live)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.place, r.trust, r.seen_at, r.pinned, l
  from property_manager.home_ranks r join public.properties_live l on l.id = r.listing_id
  where r.home_id = property_manager.home_of(p_listing)
  union all
  select 1, 50, property_manager.last_seen(l.source, l.property_id), array(
      select n.field_name from property_manager.pins n
      join public.sources f on f.id = n.source_id
      where f.name = l.source and n.property_id = l.property_id), l
  from public.properties_live l
  where l.id = p_listing
    and not exists (select from property_manager.home_listings h where h.listing_id = p_listing)
$$;

-- The fields of a home with the part that each is taken with, and whether a listing without it lacks that.
create function property_manager.home_parts()
returns table (line integer, name text, part text, leads boolean)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select f.line, f.name, f.part, f.name <> all (array['gps_coordinates', 'location_precision',
    'address_normalized'])
  from (values
    /*each home=single ", "*/({bit}, '{name}', '{name}')/*end*/,
    /*each home=address ", "*/({bit}, '{name}', 'address')/*end*/,
    /*each home=pin ", "*/({bit}, '{name}', 'pin')/*end*/,
    /*each home=pictures ", "*/({bit}, '{name}', 'pictures')/*end*/,
    /*each home=contact ", "*/({bit}, '{name}', 'contact')/*end*/
  ) f (line, name, part)
$$;

-- What each listing of a home says of each part of it, the one that counts first: nth 1. An offer is a part
-- of its own for each operation, of the listings that stand as the home does.
create function property_manager.home_sayings(p_listing uuid)
returns table (line integer, part text, nth bigint, said jsonb, priced boolean, is_pinned boolean,
  shown boolean, trust numeric, seen_at timestamptz, listing_id uuid, source text, property_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with listed as materialized (
    select r.place, r.trust, r.seen_at, r.pinned, (r.listing).status, (r.listing).id, (r.listing).source,
      (r.listing).property_id, to_jsonb(r.listing) as fields, r.listing
    from property_manager.ranked_listings(p_listing) r
  ), said as (
    select min(f.line) as line, f.part, l.place, jsonb_object_agg(f.name, l.fields -> f.name) as said,
      bool_or(f.name = any (l.pinned)) as is_pinned, false as priced,
      count(*) filter (where f.leads and jsonb_typeof(l.fields -> f.name) <> 'null') as filled
    from listed l cross join property_manager.home_parts() f
    group by f.part, l.place
    union all
    select 1000 + case when o.operation = 'sale' then 0 else 1 end,
      coalesce('offer: ' || o.operation, 'offer'),
      l.place, /*use offer_entry o*/, l.pinned && array[/*each home=offer ", "*/'{name}'/*end*/],
      o.amount is not null or o.note is not null, 2
    from listed l cross join lateral /*use offers_of (l.listing)*/ o
    where l.status = (select first.status from listed first where first.place = 1)
  )
  select s.line, s.part,
    row_number() over (partition by s.part order by s.priced desc, s.is_pinned desc, l.place),
    s.said, s.priced, s.is_pinned, l.status = 'active', l.trust, l.seen_at, l.id, l.source, l.property_id
  from said s join listed l using (place)
  where s.filled >= case when s.part = 'pin' then 2 else 1 end
$$;

-- Each field of the home of a listing: its value, where it comes from, and why that one counts: `only` (no
-- other has one), `agreed` (all others say the same), `pinned`, `shown` (the other is off the market),
-- `priced` (the other names no price), `trusted`, `newer` (it was seen later) or `first` (nothing tells them
-- apart). Out: others, what the others say: [{value, source, property_id, trust, seen_at}], the one that
-- comes next first. An offer is one field an operation.
create function api.home_fields(p_listing uuid)
returns table (field_name text, value jsonb, source text, property_id text, listing_id uuid, trust numeric,
  seen_at timestamptz, why text, others jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with sayings as materialized (
    select * from property_manager.home_sayings(p_listing)
  ), fields as (
    select s.line, coalesce(f.name, s.part) as name, s.part, s.nth, case when f.name is null
      then s.said - '{source,listing_id}'::text[] else s.said -> f.name end as value, s.priced, s.is_pinned,
      s.shown, s.trust, s.seen_at, s.listing_id, s.source, s.property_id
    from sayings s left join property_manager.home_parts() f on f.part = s.part
  ), besides as (
    select o.name, jsonb_agg(jsonb_build_object('value', o.value, 'source', o.source, 'property_id',
      o.property_id, 'trust', o.trust, 'seen_at', o.seen_at) order by o.nth) as said
    from fields o where o.nth > 1 group by o.name
  )
  select w.name, w.value, w.source, w.property_id, w.listing_id, w.trust, w.seen_at,
    case when b.said is null then 'only' when n.nth is null then 'agreed'
      when w.priced and not n.priced then 'priced' when w.is_pinned and not n.is_pinned then 'pinned'
      when w.shown and not n.shown then 'shown'
      when w.trust > n.trust then 'trusted' when w.seen_at > n.seen_at or n.seen_at is null then 'newer'
      else 'first' end,
    coalesce(b.said, '[]')
  from fields w
  left join besides b using (name)
  left join lateral (
    select o.* from fields o where o.name = w.name and o.nth > 1 and o.value is distinct from w.value
    order by o.nth limit 1
  ) n on true
  where w.nth = 1 and jsonb_typeof(w.value) <> 'null'
  order by w.line, w.name
$$;
