-- Supabase's Realtime tells browsers that listings have changed, as NOTIFY tells servers. A message names a
-- position and counts; what has changed is asked. It is sent after the sync has committed: a function cannot
-- end a call that hangs, so Realtime is never called while a sync holds locks.

-- Whether this database has a Realtime that sends messages. To ask for the function by its name would be
-- refused: our owner may not look into its schema.
create function property_manager.has_realtime() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'realtime' and p.proname = 'send'
      and oidvectortypes(p.proargtypes) = 'jsonb, text, text, boolean')
$$;

-- Whether readers may hear the topics.
create function property_manager.has_open_topics() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_policies
    where schemaname = 'realtime' and tablename = 'messages' and policyname = 'readers_hear_of_listings')
$$;

-- The topics that change sets after a position concern, up to another, and the listings of each that changed:
-- `listings:source:NAME` and `listings:city:CITY`, as live has it and, where it was another, had it.
-- At most p_cities cities, those with the most listings; of more than p_changes changes so many are counted,
-- the newest sets first: a first import is no more to tell than a day of changes.
create function property_manager.topics(p_after bigint, p_upto bigint, p_cities integer, p_changes integer)
returns table (topic text, subject jsonb, changed bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return query
  with changes as materialized (
    select c.source, c.listing_id, c.city_before
    from (
      select s.id from property_manager.change_sets s
      where s.position > p_after and s.position <= p_upto
      order by s.position desc
    ) s
    cross join lateral (
      select c.source, c.listing_id,
        case c.field_name when 'city' then c.old_value #>> '{}' end as city_before
      from public.property_changes c
      -- a range of one id: with equality the planner could walk all changes by their id
      where c.change_set_id >= s.id and c.change_set_id < s.id + 1
      order by c.change_set_id, c.id
      limit p_changes
    ) c
    limit p_changes
  ), cities as (
    select l.city, l.id from public.properties_live l where l.id in (select c.listing_id from changes c)
    union
    select c.city_before, c.listing_id from changes c
  )
  select 'listings:source:' || c.source, jsonb_build_object('source', c.source), count(distinct c.listing_id)
  from changes c
  group by c.source
  union all
  select 'listings:source:' || n.name, jsonb_build_object('source', n.name), 0::bigint
  from property_manager.change_sets s
  cross join lateral (values (s.counts ->> 'renamed_from'), (s.counts ->> 'renamed_to')) n (name)
  where s.position > p_after and s.position <= p_upto and s.origin = 'rename'
  union all
  (select 'listings:city:' || c.city, jsonb_build_object('city', c.city), count(*)
  from cities c
  where c.city is not null
  group by c.city
  order by count(*) desc, c.city
  limit p_cities);
end
$$;

-- Sends what has changed since the last time to the topics it concerns, a message each. Several change sets
-- are one message. It locks nothing but its own place, for an instant, at its end.
-- Out: why a message could not be sent; null where all were, or where there is no Realtime.
create function api.broadcast() returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_upto    constant bigint := (select f.position from property_manager.feed f);
  -- who was away for longer asks anew
  v_after   constant bigint := greatest(v_upto - 1000, (select s.position from property_manager.subscribers s
    where s.name = 'realtime'), 0);
  v_topic   record;
  v_failure text;
begin
  if not property_manager.has_realtime() then
    delete from property_manager.subscribers where name = 'realtime';
    return null;
  end if;
  if v_after >= v_upto then
    return null;
  end if;
  for v_topic in select t.* from property_manager.topics(v_after, v_upto, 100, 20000) t loop
    v_failure := property_manager.send_message(v_topic.topic,
      v_topic.subject || jsonb_build_object('position', v_upto, 'changed', v_topic.changed));
    exit when v_failure is not null;
  end loop;
  perform api.subscriber_position('realtime');
  if v_failure is null then
    perform api.subscriber_done('realtime', v_upto);
  else
    perform api.subscriber_failed('realtime', v_failure);
  end if;
  return v_failure;
end
$$;

-- Lets readers hear the topics, where there is a Realtime and they cannot yet. Run by the login role: in a
-- project it may make policies there, and our owner may not.
-- Out: why it could not be done; null where it was, or need not be.
create function property_manager.open_topics() returns text
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not property_manager.has_realtime() or property_manager.has_open_topics() then
    return null;
  end if;
  execute 'create policy readers_hear_of_listings on realtime.messages for select to anon, authenticated'
    ' using (extension = ''broadcast'' and (select realtime.topic()) like ''listings:%'')';
  return null;
exception when insufficient_privilege or undefined_object or undefined_function or undefined_table
    or undefined_column then
  return sqlerrm;
end
$$;
