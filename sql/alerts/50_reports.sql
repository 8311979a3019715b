-- How alerts stand: those that are open, the messages, and what doctor asks.

-- Alerts of a source or of all (null), open ones or with p_all also those that ended, the newest first.
-- Out: told: by which channels its beginning was delivered.
create function api.alerts(p_source text, p_all boolean, p_limit integer)
returns table (id bigint, kind text, title text, source text, sentence text, next_step text, path text,
  began_at timestamptz, ended_at timestamptz, told text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.id, a.kind, k.title, f.name, a.sentence, a.next_step, a.path, a.began_at, a.ended_at,
    array(
      select t.channel from property_manager.alert_tellings t
      join property_manager.alert_messages m on m.id = t.message_id
      where t.alert_id = a.id and t.part = 'began' and m.status = 'sent' order by t.channel)
  from property_manager.alerts a
  left join property_manager.alert_kinds() k on k.name = a.kind
  left join public.sources f on f.id = a.source_id
  where (p_all or a.ended_at is null) and (p_source is null or f.name = p_source)
  order by a.began_at desc, a.id desc
  limit p_limit
$$;

-- The last messages, the newest first.
create function api.alert_messages(p_limit integer)
returns table (id uuid, channel text, kind text, part text, status text, attempts integer, alerts bigint,
  error text, created_at timestamptz, ended_at timestamptz, next_try_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.id, m.channel, m.kind, m.part, m.status, m.attempts,
    (select count(*) from property_manager.alert_tellings t where t.message_id = m.id), m.error,
    m.created_at, m.ended_at, case m.status when 'waiting' then m.next_try_at end
  from property_manager.alert_messages m
  order by m.created_at desc, m.id
  limit p_limit
$$;

-- The kinds of alerts, how many of each are open, and when each was looked for last.
create function api.alert_kinds()
returns table (name text, title text, open bigint, searched_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.name, k.title,
    (select count(*) from property_manager.alerts a where a.kind = k.name and a.ended_at is null),
    s.searched_at
  from property_manager.alert_kinds() k
  left join property_manager.alert_searches s on s.kind = k.name
  order by k.place
$$;

-- The check of doctor on alerts.
create function property_manager.alert_checks()
returns table (check_name text, found bigint, detail text, next_step text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'alerts are delivered', count(*),
    min(format('by %s since %s: %s', m.channel, property_manager.format_moment(m.created_at),
      coalesce(m.error, 'nothing sends it'))),
    'see what is wrong: property-manager alerts status; then: property-manager alerts send --again'
  from property_manager.alert_messages m
  where m.status = 'given up'
    or (m.status = 'waiting' and m.created_at < clock_timestamp() - interval '1 hour'
      and (m.attempts > 0 or m.created_at < clock_timestamp() - interval '1 day'))
$$;
