-- Why two listings that agree are not one home without a person.

-- Why a person must say whether two listings are one home, as they are in live; null where none must.
create function property_manager.veto(p_pattern text, a public.properties_live, b public.properties_live)
returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_hashjoin = off set enable_mergejoin = off as $$
  select /*use veto p_pattern, x, y*/
  from (
    select a.id as listing_id, a.source, a.status = 'active' as shown,
      hashtextextended(lower(a.city), 0) as town
  ) x
  cross join (
    select b.id as listing_id, b.source, b.status = 'active' as shown,
      hashtextextended(lower(b.city), 0) as town
  ) y
$$;
