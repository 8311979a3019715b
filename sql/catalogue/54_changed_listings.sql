-- What changed since, for a front end that keeps listings of its own.

-- The listings that changed last after a moment or a place in the change feed, in the order of the feed,
-- each once, as it is now. The cursor of the last row, given as `after`, continues there, now or another
-- day; nothing that is committed meanwhile is missed, which a comparison of timestamps would miss.
-- Visitors see what is active.
create function public.changed_listings(since timestamptz default null, page_size integer default 20,
  after text default null) returns setof public.listing_card
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  v_after    constant text[] := property_manager.cursor_values(after, 'changed', 2);
  v_all      constant boolean := property_manager.sees_all(property_manager.caller());
  v_position constant bigint := coalesce(v_after[1]::bigint, 1 + (
    select s.position from property_manager.change_sets s
    where s.committed_at <= since order by s.position desc limit 1), 0);
  v_id       constant uuid := coalesce(v_after[2]::uuid, '00000000-0000-0000-0000-000000000000'::uuid);
begin
  perform property_manager.require_page_size(page_size);
  if property_manager.is_answered('changed_listings') then
    return;
  end if;
  return query
  select /*use listing_card l, property_manager.last_seen(l.source, l.property_id),
    property_manager.cursor_of('changed', p.position::text, l.id::text)*/
  from (
    select s.position, l.id
    from property_manager.change_sets s
    cross join lateral (
      select n.id
      from public.properties_live n
      where n.change_set_id = s.id and n.id > case when s.position = v_position then v_id
          else '00000000-0000-0000-0000-000000000000' end
        and (v_all or n.status = 'active')
      order by n.change_set_id, n.id
      limit page_size
    ) l
    where s.position >= v_position
    order by s.position, l.id
    limit page_size
  ) p
  join public.properties_live l on l.id = p.id
  order by p.position, p.id;
end
$$;
grant execute on function public.changed_listings to anon, authenticated, service_role;
