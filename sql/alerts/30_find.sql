-- Finding alerts: what is so now is compared with the alerts that are open, kind by kind.

-- Raises an alert of something that happened, in the transaction of what it tells of; once for each key.
create function property_manager.raise_alert(
  p_kind text, p_key text, p_source integer, p_sentence text, p_next text, p_path text
) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.alerts (kind, key, source_id, sentence, next_step, path, lasts, ended_at)
  values (p_kind, left(p_key, 300), p_source, left(p_sentence, 2000), left(p_next, 1000), p_path, false,
    clock_timestamp())
  on conflict do nothing
$$;

-- A worker ends by an error; said again, it is told once a day.
create function api.worker_failed(p_worker text, p_sentence text, p_next text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select property_manager.raise_alert('worker_failed',
    concat_ws(' ', p_worker, md5(p_sentence), to_char(clock_timestamp(), 'YYYY-MM-DD')), null,
    format('worker %s: %s', p_worker, p_sentence), p_next, '/jobs')
$$;

-- Opens an alert for what is found and has none, in the order in which it was found, and ends those of what
-- is found no more.
create function property_manager.follow_found(
  p_kind text, p_lasts boolean, p_found property_manager.found_alert[]
) returns void
language sql security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  insert into property_manager.alerts
    (kind, key, source_id, sentence, next_step, path, lasts, began_at, ended_at)
  select p_kind, f.key, f.source_id, left(f.sentence, 2000), left(f.next_step, 1000), f.path, p_lasts,
    coalesce(f.began_at, clock_timestamp()), case when not p_lasts then clock_timestamp() end
  from unnest(p_found) with ordinality f (key, source_id, sentence, next_step, path, began_at, nth)
  left join property_manager.alerts a
    on a.kind = p_kind and a.key = f.key and (a.ended_at is null or not a.lasts)
  where a.id is null
  order by f.nth
  on conflict do nothing;
  update property_manager.alerts a set ended_at = clock_timestamp()
  where a.kind = p_kind and a.ended_at is null
    and not exists (select from unnest(p_found) f where f.key = a.key)
$$;

-- Looks for alerts of every kind whose turn it is. A kind that cannot be looked for is an alert itself, and
-- the others are looked for all the same.
create function api.find_alerts() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_kind  record;
  v_found property_manager.found_alert[];
begin
  for v_kind in select * from property_manager.alert_kinds() k where k.searched order by k.place loop
    -- whoever looks at the same time waits for this row, and then sees what was found
    insert into property_manager.alert_searches as s (kind) values (v_kind.name)
    on conflict (kind) do update set searched_at = clock_timestamp()
      where s.searched_at <= clock_timestamp() - v_kind.every;
    continue when not found;
    begin
      execute format('select coalesce(array_agg(f), ''{}'') from property_manager.%I() f',
        'find_' || v_kind.name) into v_found;
      perform property_manager.follow_found(v_kind.name, v_kind.lasts, v_found);
    exception when others then
      perform property_manager.raise_alert('worker_failed',
        concat_ws(' ', 'find', v_kind.name, to_char(clock_timestamp(), 'YYYY-MM-DD')), null,
        format('looking for alerts of the kind %s: %s', v_kind.name, sqlerrm),
        'property-manager doctor', null);
    end;
  end loop;
  delete from property_manager.alerts where ended_at < clock_timestamp() - interval '90 days';
  delete from property_manager.alert_messages where ended_at < clock_timestamp() - interval '90 days';
end
$$;
