-- Telling alerts: what is untold is put into messages, and each is delivered at least once.

-- Puts what is untold by these channels into messages, one for all of a kind. Only so many seconds after the
-- last one of the kind: what comes meanwhile is told together.
-- In: whether ends are told too; kinds that are not told. Out: how many messages.
create function api.compose_alerts(
  p_channels text[], p_gap double precision, p_ends boolean, p_without text[]
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set jit = off as $$
declare
  v_made bigint;
begin
  insert into property_manager.alert_channels (name) select unnest(p_channels) on conflict do nothing;
  -- one sender composes at a time: the next statement sees what the one before it made
  perform from property_manager.alert_channels c where c.name = any (p_channels) order by c.name for update;
  with untold as (
    select c.name as channel, a.id, a.kind, 'began' as part
    from property_manager.alerts a
    join property_manager.alert_channels c
      on c.name = any (p_channels) and (a.ended_at is null or a.ended_at >= c.since)
    union all
    -- an end is told where the beginning was, and did not say so already
    select t.channel, a.id, a.kind, 'ended'
    from property_manager.alerts a
    join property_manager.alert_tellings t on t.alert_id = a.id and t.part = 'began'
    join property_manager.alert_messages m on m.id = t.message_id
    where p_ends and a.lasts and a.ended_at > m.created_at and t.channel = any (p_channels)
  ), made as materialized (
    select gen_random_uuid() as message_id, u.channel, u.kind, u.part, array_agg(u.id) as alerts
    from untold u
    where u.kind <> all (p_without)
      and not exists (select from property_manager.alert_tellings t
        where t.alert_id = u.id and t.channel = u.channel and t.part = u.part)
      and not exists (select from property_manager.alert_messages m
        where m.channel = u.channel and m.kind = u.kind and m.part = u.part
          and m.created_at > clock_timestamp() - make_interval(secs => p_gap))
    group by u.channel, u.kind, u.part
  ), kept as (
    insert into property_manager.alert_messages (id, channel, kind, part)
    select m.message_id, m.channel, m.kind, m.part from made m
    returning id
  ), told as (
    insert into property_manager.alert_tellings (alert_id, channel, part, message_id)
    select x.id, m.channel, m.part, m.message_id from made m cross join unnest(m.alerts) x (id)
  )
  select count(*) into v_made from kept;
  return v_made;
end
$$;

-- What a message says: how many alerts of how many sources, by source, and up to ten of them, one of each
-- source before a second one of any.
create function property_manager.alert_contents(p_message uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with told as materialized (
    select a.*, f.name as source,
      row_number() over (partition by a.source_id order by a.began_at, a.id) as nth
    from property_manager.alert_tellings t
    join property_manager.alerts a on a.id = t.alert_id
    left join public.sources f on f.id = a.source_id
    where t.message_id = p_message
  )
  select jsonb_build_object(
    'alerts', (select count(*) from told),
    'sources', (select count(distinct t.source) from told t),
    'by_source', coalesce((select jsonb_agg(to_jsonb(g)) from (
      select t.source, count(*) as alerts from told t where t.source is not null
      group by t.source order by count(*) desc, t.source limit 10) g), '[]'),
    'first', coalesce((select jsonb_agg(to_jsonb(g)) from (
      select t.id, t.source, t.sentence, t.next_step, t.path, t.began_at, t.ended_at, t.lasts from told t
      order by t.nth, t.source nulls first, t.id limit 10) g), '[]'))
$$;

-- Takes the next message that waits for one of these channels, for so many seconds; with `p_at_once` also one
-- whose next try is later, or that was given up. In: those that were tried already.
-- Out: the message with its contents; null when there is none.
create function api.take_alert(
  p_channels text[], p_seconds double precision, p_at_once boolean, p_tried uuid[]
) returns jsonb
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.alert_messages m
  set status = 'waiting', ended_at = null, attempts = m.attempts + 1,
    leased_until = clock_timestamp() + make_interval(secs => p_seconds)
  from property_manager.alert_kinds() k
  where k.name = m.kind and m.id = (
    select w.id from property_manager.alert_messages w
    where w.channel = any (p_channels) and w.id <> all (p_tried)
      and (w.status = 'waiting' or (p_at_once and w.status = 'given up'))
      and (w.next_try_at <= clock_timestamp() or p_at_once)
      and (w.leased_until is null or w.leased_until < clock_timestamp())
    order by w.created_at, w.id
    limit 1 for update skip locked)
  returning jsonb_build_object('id', m.id, 'channel', m.channel, 'kind', m.kind, 'part', m.part,
    'attempts', m.attempts, 'created_at', m.created_at, 'title', k.title, 'titles', k.titles)
    || property_manager.alert_contents(m.id)
$$;

-- A message was delivered; p_note: to whom it was not.
create function api.alert_sent(p_message uuid, p_note text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.alert_messages
  set status = 'sent', error = left(p_note, 1000), leased_until = null, ended_at = clock_timestamp()
  where id = p_message and status <> 'sent'
$$;

-- An attempt to deliver a message failed. It is tried again after half a minute, then after twice as long
-- each time, at most an hour, or when its receiver asked for (p_wait: seconds); after three days it is given
-- up. Of an attempt that is not the last one it does nothing.
create function api.alert_failed(p_message uuid, p_attempt integer, p_error text, p_wait double precision)
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.alert_messages m
  set error = left(p_error, 1000), leased_until = null,
    next_try_at = clock_timestamp() + greatest(make_interval(secs => least(coalesce(p_wait, 0), 86400)),
      least(interval '1 hour', interval '30 seconds' * power(2, least(m.attempts - 1, 10)))),
    status = case when m.created_at < clock_timestamp() - interval '3 days' then 'given up' else m.status end,
    ended_at = case when m.created_at < clock_timestamp() - interval '3 days' then clock_timestamp() end
  where m.id = p_message and m.attempts = p_attempt and m.status = 'waiting'
$$;
