-- Homes and what listings are compared by follow what becomes of sources and of personal data.

-- What becomes of homes as a source is merged into another: each listing that stands for one of the source is
-- of its home, and what people said of the one they said of the other. Not where a person kept the two homes
-- apart, nor where one source shows a listing of each. p_set is the change set that says so.
create function property_manager.join_merged_homes(p_from public.sources, p_set bigint, p_actor text)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_moves jsonb;
  v_said  jsonb;
  v_event bigint;
begin
  perform from property_manager.linkage_progress for update;
  with linked as (
    select m.from_listing, m.into_listing, coalesce(f.home_id, m.from_listing) as from_home,
      coalesce(i.home_id, m.into_listing) as into_home,
      i.home_id is null and (f.home_id is not null or m.witness = 'moved') as stays
    from property_manager.merged_homes m
    left join property_manager.home_listings f on f.listing_id = m.from_listing
    left join property_manager.home_listings i on i.listing_id = m.into_listing
    where m.source_id = p_from.id
  ), moved as (
    select distinct on (g.listing_id) g.listing_id,
      case when l.stays then l.from_home else l.into_home end as home
    from linked l
    cross join lateral property_manager.listings_of(
      case when l.stays then l.into_home else l.from_home end) g (listing_id)
    where l.from_home <> l.into_home and not exists (
      select from property_manager.listings_of(l.from_home) a (id)
      cross join property_manager.listings_of(l.into_home) b (id)
      join public.properties_live x on x.id = a.id
      join public.properties_live y on y.id = b.id
      where x.source = y.source and x.status = 'active' and y.status = 'active'
        or exists (select from property_manager.home_decisions d where d.left_id = least(a.id, b.id)
          and d.right_id = greatest(a.id, b.id) and not d.same))
    order by g.listing_id, l.into_listing
  )
  select coalesce(jsonb_agg(jsonb_build_object('listing_id', m.listing_id, 'to_home', m.home)), '[]')
  into v_moves from moved m;
  select coalesce(jsonb_agg(distinct jsonb_build_object('left_id', least(m.into_listing, o.other),
    'right_id', greatest(m.into_listing, o.other), 'same', o.same)), '[]') into v_said
  from property_manager.merged_homes m
  join lateral (
    select d.right_id, d.same from property_manager.home_decisions d where d.left_id = m.from_listing
    union all
    select d.left_id, d.same from property_manager.home_decisions d where d.right_id = m.from_listing
  ) o (other, same) on o.other <> m.into_listing
  where m.source_id = p_from.id and not exists (
    select from property_manager.home_decisions d
    where d.left_id = least(m.into_listing, o.other) and d.right_id = greatest(m.into_listing, o.other));
  v_event := property_manager.note_homes('merge', v_moves, v_said, null, p_actor,
    format('source %s was merged', p_from.name), null);
  update property_manager.home_events set change_set_id = p_set where id = v_event;
end
$$;

-- Takes that back as the merge of the sources is undone: listings go back that no later decision has moved.
create function property_manager.part_merged_homes(p_set bigint, p_actor text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_event property_manager.home_events;
begin
  perform from property_manager.linkage_progress for update;
  select * into v_event from property_manager.home_events where change_set_id = p_set;
  perform property_manager.note_homes('undo', (
      select coalesce(jsonb_agg(jsonb_build_object('listing_id', m ->> 'listing_id',
        'to_home', m ->> 'from_home')), '[]')
      from jsonb_array_elements(v_event.moved) m
      where property_manager.home_of((m ->> 'listing_id')::uuid) = (m ->> 'to_home')::uuid
    ), v_event.decided, null, p_actor, v_event.reason, v_event.id)
  where v_event.id is not null and not exists (
    select from property_manager.home_events e where e.undoes = v_event.id);
end
$$;

-- Lets go of what listings were compared by before a change set that erases something of them: a hash of a
-- number would confirm a guessed one. They wait to be compared anew.
create function property_manager.forget_compared(p_set bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_listings uuid[];
begin
  perform from property_manager.linkage_progress for update;
  v_listings := array(
    select distinct c.listing_id
    from public.property_changes c
    join property_manager.linkage_listings i on i.listing_id = c.listing_id
    where c.change_set_id = p_set);
  perform property_manager.renew_cells(v_listings);
end
$$;
