-- The kinds of alerts there are. A subsystem adds one by a row here and a function of its own,
-- property_manager.find_NAME(), that returns all that is so now as property_manager.found_alert.

-- What a search found: what it is about, a sentence, what to type, its page of the dashboard, since when.
create type property_manager.found_alert as (
  key text, source_id integer, sentence text, next_step text, path text, began_at timestamptz
);

-- Every kind in the order in which alerts are listed.
-- Out: title and titles: what one and several are called; lasts: whether it can end, as it does when it is
-- found no more; searched: whether find_NAME() finds it, else it is raised by what notices it; every: how
-- often it is looked for.
create function property_manager.alert_kinds()
returns table (place integer, name text, title text, titles text, lasts boolean, searched boolean,
  every interval)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  values
    (1, 'plan_held', 'plan is held', 'plans are held', true, true, interval '0'),
    (2, 'session_failed', 'session failed', 'sessions failed', true, true, interval '0'),
    (3, 'source_paused', 'source is paused', 'sources are paused', true, true, interval '0'),
    (4, 'source_late', 'source is late', 'sources are late', true, true, interval '10 minutes'),
    (5, 'job_failed', 'job failed', 'jobs failed', true, true, interval '0'),
    (6, 'job_late', 'job is late', 'jobs are late', true, true, interval '0'),
    (7, 'subscriber_failed', 'subscriber failed', 'subscribers failed', true, true, interval '0'),
    (8, 'worker_failed', 'worker failed', 'workers failed', false, false, interval '0'),
    (9, 'load_failed', 'county load failed', 'county loads failed', true, true, interval '0'),
    (10, 'tier_a', 'lead entered tier A', 'leads entered tier A', false, true, interval '0'),
    (11, 'weights_moved', 'version of the weights moved leads', 'versions of the weights moved leads', false,
      true, interval '0')
$$;
