-- One record of each home out of its listings. Listings that are on the market come first, then those of the
-- source that is trusted most, then those that were seen last; a pinned value comes before all of them, and
-- no value never comes before one. What belongs together (a price and its currency, the two parts of a pin)
-- is taken from one listing.

-- The listings of the homes that have several, in the order in which their values count. Runs as our owner;
-- readers reach it through the views below alone, as they may not use its schema.
create view property_manager.home_ranks as
select h.home_id, h.listing_id, t.trust, t.seen_at, n.pinned,
  row_number() over (partition by h.home_id
    order by (l.status = 'active') desc, t.trust desc, t.seen_at desc nulls last, l.first_seen_at desc,
      l.id) as place
from property_manager.home_listings h
join public.properties_live l on l.id = h.listing_id
join public.sources f on f.name = l.source
cross join lateral (
  select case when jsonb_typeof(f.facts -> 'trust') = 'number' then (f.facts -> 'trust')::numeric
      else 50 end as trust,
    /*use last_seen l.source, l.property_id*/ as seen_at
) t
cross join lateral (
  select coalesce(array_agg(p.field_name), '{}'::text[]) as pinned
  from property_manager.pins p where p.source_id = f.id and p.property_id = l.property_id
) n;
comment on view property_manager.home_ranks is
  'The listings of homes that have several, in the order in which their values count.';
grant select on property_manager.home_ranks to anon, authenticated, service_role;

-- The same without their order.
create view property_manager.homes_known as
select h.listing_id, h.home_id from property_manager.home_listings h;
comment on view property_manager.homes_known is 'The homes of listings that are not alone.';
grant select on property_manager.homes_known to anon, authenticated, service_role;

-- The home of each listing: its own id where it is alone.
create view public.listing_home with (security_invoker = true) as
select l.id as listing_id, h.home_id, l.source, l.property_id
from property_manager.homes_known h join public.properties_live l on l.id = h.listing_id
union all
select l.id, l.id, l.source, l.property_id
from public.properties_live l
where not exists (select from property_manager.homes_known h where h.listing_id = l.id);
comment on view public.listing_home is 'The home of each listing; listings of one home have the same.';
grant select on public.listing_home to anon, authenticated, service_role;

-- A home a row, by the names of the fields. Of several listings each field is that of the first one that has
-- it, as home_ranks orders them; what it costs is that of its first offer, the sale before the rent, and
-- offers has one entry an operation.
create view public.homes with (security_invoker = true) as
select m.home_id, m.listings, m.sources,
  /*each home=single ", "*/m.{name}/*end*/,
  /*each home=address ", "*/a.{name}/*end*/,
  /*each home=pin ", "*/p.{name}/*end*/,
  /*each home=pictures ", "*/i.{name}/*end*/,
  o.operation_type, o.standard_status, o.price, o.currency, o.price_period, o.price_max, o.price_is_from,
  o.price_note, o.price_per_m2, (
    select jsonb_agg(/*use offer_entry e*/ order by e.operation = 'sale' desc nulls last, e.operation)
    from (
      select distinct on (f.operation) f.*
      from property_manager.home_ranks r
      join public.properties_live l on l.id = r.listing_id
      cross join lateral /*use offers_of l*/ f
      where r.home_id = m.home_id and l.status = m.status
      order by f.operation, (f.amount is not null or f.note is not null) desc,
        (r.pinned && array[/*each home=offer ", "*/'{name}'/*end*/]) desc, r.place
    ) e
  ) as offers,
  /*each home=contact ", "*/
  (select c.{name} from property_manager.contacts c where c.id = w.contact_of) as {name}
  /*end*/,
  m.status, m.first_seen_at, m.last_updated_at
from (
  select r.home_id, count(*) as listings, array_agg(distinct l.source) as sources,
    /*each home=single ", "*/
    coalesce((array_agg(l.{name} order by r.place)
        filter (where r.pinned @> array['{name}'] and l.{name} is not null))[1],
      (array_agg(l.{name} order by r.place) filter (where l.{name} is not null))[1]) as {name}
    /*end*/,
    (array_agg(l.id order by (r.pinned @> array['address']) desc, r.place)
      filter (where l.address is not null))[1] as address_of,
    (array_agg(l.id order by
        (r.pinned && array[/*each home=pin ", "*/'{name}'/*end*/]) desc, r.place)
      filter (where l.latitude is not null and l.longitude is not null))[1] as pin_of,
    (array_agg(l.id order by
        (r.pinned && array[/*each home=pictures ", "*/'{name}'/*end*/]) desc, r.place)
      filter (where l.main_image_url is not null or l.image_urls is not null))[1] as pictures_of,
    (array_agg(l.id order by l.status = 'active' desc, l.operation_type = 'sale' desc nulls last,
        l.operation_type, (l.price is not null or l.price_note is not null) desc,
        (r.pinned && array[/*each home=offer ", "*/'{name}'/*end*/]) desc, r.place)
      filter (where l.operation_type is not null or l.price is not null or l.price_note is not null)
    )[1] as offer_of,
    (array_agg(l.status order by r.place))[1] as status,
    min(l.first_seen_at) as first_seen_at,
    max(l.last_updated_at) as last_updated_at
  from property_manager.home_ranks r join public.properties_live l on l.id = r.listing_id
  group by r.home_id
) m
left join public.properties_live a on a.id = m.address_of
left join public.properties_live p on p.id = m.pin_of
left join public.properties_live i on i.id = m.pictures_of
left join public.properties_live o on o.id = m.offer_of
cross join lateral (
  select (
    select c.id
    from property_manager.home_ranks r
    join public.properties_live l on l.id = r.listing_id
    join property_manager.contacts c on c.id = l.id
    where r.home_id = m.home_id and num_nonnulls(/*each home=contact ", "*/c.{name}/*end*/) > 0
    order by (r.pinned && array[/*each home=contact ", "*/'{name}'/*end*/]) desc, r.place
    limit 1
  ) as contact_of
  offset 0
) w
union all
-- of the same types, or a server works out all columns of all listings to count them
select l.id, 1::bigint, array[l.source],
  /*each home=single ", "*/l.{name}/*end*/,
  /*each home=address ", "*/l.{name}/*end*/,
  /*each home=pin ", "*/l.{name}/*end*/,
  /*each home=pictures ", "*/l.{name}/*end*/,
  l.operation_type, l.standard_status, l.price, l.currency, l.price_period, l.price_max, l.price_is_from,
  l.price_note, l.price_per_m2, (
    select jsonb_agg(/*use offer_entry e*/ order by e.operation = 'sale' desc nulls last, e.operation)
    from /*use offers_of l*/ e
  ),
  /*each home=contact ", "*/
  (select c.{name} from property_manager.contacts c where c.id = l.id)
  /*end*/,
  l.status, l.first_seen_at, l.last_updated_at
from public.properties_live l
where not exists (select from property_manager.homes_known h where h.listing_id = l.id);
comment on view public.homes is
  'A home a row: the value of each field that counts most among its listings, and what it is offered for.';
grant select on public.homes to anon, authenticated, service_role;
