-- Why two listings that agree are not one home without a person.

-- Whether the source of b shows another listing that is nearly as likely one home with a, by less than 3
-- bits: a flat without its number is like each flat of its tower.
create function property_manager.has_rival(a public.properties_live, b public.properties_live, p_pattern text)
returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select b.status = 'active' and exists (
    select from (
      select p.right_id as listing_id, p.pattern from property_manager.linkage_pairs p where p.left_id = a.id
      union all
      select p.left_id, p.pattern from property_manager.linkage_pairs p where p.right_id = a.id
    ) r
    join property_manager.linkage_listings l on l.listing_id = r.listing_id
    join property_manager.linkage_patterns w on w.pattern = r.pattern
    where r.listing_id <> b.id and l.source = b.source and l.shown
      and w.weight > (select o.weight - 3 from property_manager.linkage_patterns o
        where o.pattern = p_pattern))
$$;

-- Why a person must say whether two listings are one home, however alike they are; null where none must.
-- The place of a comparison in the pattern is that of services.duplicates.comparisons.COMPARISONS.
create function property_manager.veto(p_pattern text, a public.properties_live, b public.properties_live)
returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when substr(p_pattern, 1, 1) = '4' then 'their house or unit numbers differ'
    when substr(p_pattern, 3, 1) = '4' then 'their pins are more than 500 m apart'
    when substr(p_pattern, 6, 1) in ('2', '3') then 'their bedrooms differ'
    when substr(p_pattern, 8, 1) in ('2', '3') then 'they are on different floors'
    when substr(p_pattern, 1, 1) = '3' and substr(p_pattern, 11, 1) <> '1'
      then 'only one of them names its unit'
    when a.source = b.source and a.status = 'active' and b.status = 'active' then a.source || ' shows both'
    when property_manager.has_rival(a, b, p_pattern) then b.source || ' shows another that is as likely'
    when property_manager.has_rival(b, a, p_pattern) then a.source || ' shows another that is as likely'
    when substr(p_pattern, 1, 1) not in ('1', '2') and substr(p_pattern, 3, 1) <> '1'
      and substr(p_pattern, 11, 1) <> '1' then 'neither address, pin nor picture says so' end
$$;
