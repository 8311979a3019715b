-- A session beside those before it of its scope. Of each at most 2,000 rows are looked at, evenly spread, so
-- that the answer takes as long for a million rows as for a few thousand.

-- The last eight sessions of a scope up to one, that one first: those that ended well with rows and were not
-- discarded, and it itself.
create function property_manager.sessions_up_to(p_session public.scraping_sessions)
returns setof public.scraping_sessions
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p_session.*
  union all
  (
    select s.*
    from public.scraping_sessions s
    where s.scope_id = p_session.scope_id and s.id <> p_session.id and s.status = 'completed'
      and s.sync_status <> 'discarded' and s.properties_found > 0
      and (s.completed_at, s.id) < (coalesce(p_session.completed_at, 'infinity'), p_session.id)
    order by s.completed_at desc, s.id desc
    limit 7
  )
$$;

-- A sample of the rows of a session; of a small one all of them.
create function property_manager.sampled_rows(p_session uuid, p_rows integer)
returns setof public.property_scrapes_staging
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.*
  from generate_series(1, p_rows, greatest(1, (p_rows + 1999) / 2000)) n (row_no)
  cross join lateral /*use staged p_session, n.row_no*/ s
$$;

-- The same sessions, the oldest first: rows, completeness, score, rows set aside, and the median price of the
-- kind of offer that most rows of the last one are.
create function property_manager.session_history(p_session public.scraping_sessions) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  with kind as (
    -- prices are compared of the kind of offer that most of its rows are
    select s.operation_type, s.currency, s.price_period
    from property_manager.sampled_rows(p_session.id, p_session.properties_found) s
    where s.price > 0
    group by s.operation_type, s.currency, s.price_period
    order by count(*) desc, s.operation_type, s.currency, s.price_period limit 1
  ), sessions as (
    select s.id, s.completed_at, s.verdict, s.sync_status, s.properties_found
    from property_manager.sessions_up_to(p_session) s
  )
  select coalesce(jsonb_agg(jsonb_build_object('session_id', s.id, 'completed_at', s.completed_at,
      'verdict', s.verdict, 'sync_status', s.sync_status, 'rows', s.properties_found,
      'completeness', p.metrics -> 'completeness_rate', 'score', p.metrics -> 'data_quality_score',
      'quarantined', p.metrics -> 'quarantined_properties', 'price_median', m.price,
      'price_of', (
        select concat_ws(' ', k.operation_type, k.currency, k.price_period) from kind k
      ))
    order by s.completed_at nulls last, s.id = p_session.id), '[]')
  from sessions s
  left join lateral (
    select n.metrics from property_manager.plans n
    where n.session_id = s.id and n.status <> 'draft'
    order by n.epoch desc limit 1
  ) p on true
  left join lateral (
    select percentile_disc(0.5) within group (order by r.price) as price
    from property_manager.sampled_rows(s.id, s.properties_found) r
    join kind k on k.operation_type is not distinct from r.operation_type
      and k.currency is not distinct from r.currency and k.price_period is not distinct from r.price_period
    where r.price > 0
  ) m on true
$$;

-- The fields that were filled in an earlier session and are not now: in less than half as many of the rows,
-- and in a fifth of all rows less. Out: [{field, share, share_before, last_session, last_at, since_session,
-- since_at, evidence}]: the last session that filled it and the first after it that did not; where on the
-- page it was read then.
create function property_manager.lost_fields(p_session public.scraping_sessions) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  with sessions as materialized (
    select s.id, s.completed_at, s.properties_found,
      row_number() over (order by s.id <> p_session.id, s.completed_at desc, s.id desc) as nth
    from property_manager.sessions_up_to(p_session) s
    where s.properties_found > 0
  ), shares as materialized (
    select s.id, s.completed_at, s.properties_found, s.nth, f.field, f.filled::float8 / f.rows as share
    from sessions s
    cross join lateral (
      select count(*) as rows, /*each compared ", "*/count(r.{name}) as {name}/*end*/
      from property_manager.sampled_rows(s.id, s.properties_found) r
    ) counted
    cross join lateral (values /*each compared ", "*/('{name}', counted.{name}, counted.rows)/*end*/)
      f (field, filled, rows)
    where f.rows > 0
  ), lost as (
    select now.field, now.share, before.share as share_before, before.id as last_session,
      before.properties_found, before.completed_at as last_at, before.nth
    from shares now
    cross join lateral (
      select b.* from shares b
      where b.field = now.field and b.nth > 1 and b.share >= now.share + 0.2 and now.share <= b.share / 2
      order by b.nth limit 1
    ) before
    where now.id = p_session.id
  )
  select coalesce(jsonb_agg(jsonb_build_object('field', l.field, 'share', l.share,
      'share_before', l.share_before, 'last_session', l.last_session, 'last_at', l.last_at,
      'since_session', n.id, 'since_at', n.completed_at, 'evidence', (
        select r.evidence ->> l.field
        from property_manager.sampled_rows(l.last_session, l.properties_found) r
        where r.evidence ->> l.field is not null
        group by r.evidence ->> l.field order by count(*) desc, r.evidence ->> l.field limit 1))
    order by l.share_before - l.share desc, l.field), '[]')
  from lost l
  join sessions n on n.nth = l.nth - 1
$$;
