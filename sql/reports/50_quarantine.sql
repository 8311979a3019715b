-- Rows in quarantine.

-- Rows of a source, a session and a rule, or of all (nulls), with a status or any (null), after an id.
create function api.quarantine_list(p_source text, p_session uuid, p_rule text, p_status text, p_after bigint,
  p_limit integer)
returns table (
  id bigint, source text, session_id uuid, row_no integer, property_id text, reasons jsonb, status text,
  created_at timestamptz, decided_at timestamptz, decided_by text, decision text, title text, source_url text
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select q.id, f.name, q.session_id, q.row_no, q.property_id, q.reasons, q.status, q.created_at, q.decided_at,
    q.decided_by, q.decision, coalesce(s.title, r.content ->> 'address', r.content ->> 'parcel_id'),
    s.source_url
  from (
    select * from property_manager.quarantine q
    where (p_source is null or q.source_id = (select o.id from public.sources o where o.name = p_source))
      and (p_session is null or q.session_id = p_session) and (p_status is null or q.status = p_status)
      and (p_rule is null or q.reasons @> jsonb_build_array(jsonb_build_object('rule', p_rule)))
      and q.id > p_after
    order by q.id limit p_limit
  ) q
  join public.sources f on f.id = q.source_id
  left join lateral /*use staged q.session_id, q.row_no*/ s on true
  left join lateral /*use staged_record q.session_id, q.row_no*/ r on true
  order by q.id
$$;

-- How many rows there are of each status, of a source, a session and a rule or of all (nulls). Those of
-- sessions that cleanup has removed are `removed`, whatever they were.
create function api.quarantine_counts(p_source text, p_session uuid, p_rule text)
returns table (status text, rows bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with chosen as (
    select f.id from public.sources f where p_source is null or f.name = p_source
  )
  select c.status, sum(c.rows)::bigint
  from (
    select q.status, count(*) as rows
    from property_manager.quarantine q
    where q.source_id in (select o.id from chosen o) and (p_session is null or q.session_id = p_session)
      and (p_rule is null or q.reasons @> jsonb_build_array(jsonb_build_object('rule', p_rule)))
    group by q.status
    union all
    select 'removed', sum((r ->> 'rows')::bigint)
    from property_manager.cleaned_sessions g
    cross join lateral jsonb_array_elements(g.quarantined) r
    where g.source_id in (select o.id from chosen o) and (p_session is null or g.session_id = p_session)
      and (p_rule is null or r -> 'rules' ? p_rule)
  ) c
  where c.rows > 0
  group by c.status
  order by c.status
$$;

-- What was set aside of these sessions, to be kept when they are removed.
create function property_manager.quarantine_told(p_session uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_agg(to_jsonb(g) order by g.status, g.rules)
  from (
    select k.rules, q.status, count(*) as rows
    from property_manager.quarantine q
    cross join lateral (
      select jsonb_agg(distinct r -> 'rule') as rules from jsonb_array_elements(q.reasons) r
    ) k
    where q.session_id = p_session
    group by k.rules, q.status
  ) g
$$;

-- One row, with what was staged.
create function api.quarantine_row(p_id bigint)
returns table (
  id bigint, source text, session_id uuid, row_no integer, property_id text, reasons jsonb, status text,
  created_at timestamptz, decided_at timestamptz, decided_by text, decision text, reprocessed_in uuid,
  staged jsonb
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select q.id, f.name, q.session_id, q.row_no, q.property_id, q.reasons, q.status, q.created_at, q.decided_at,
    q.decided_by, q.decision, q.reprocessed_in, coalesce(to_jsonb(s), to_jsonb(r)) - 'raw_bytes'
  from property_manager.quarantine q
  join public.sources f on f.id = q.source_id
  left join lateral /*use staged q.session_id, q.row_no*/ s on true
  left join lateral /*use staged_record q.session_id, q.row_no*/ r on true
  where q.id = p_id
$$;

-- The sources with open rows: of these ids, of a session and of a rule, or of all (nulls).
create function api.quarantine_sources(p_ids bigint[], p_session uuid, p_rule text)
returns table (name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.name from public.sources f
  where exists (
    select from property_manager.quarantine q
    where q.source_id = f.id and q.status = 'open' and (p_ids is null or q.id = any (p_ids))
      and (p_session is null or q.session_id = p_session)
      and (p_rule is null or q.reasons @> jsonb_build_array(jsonb_build_object('rule', p_rule))))
  order by f.name
$$;

-- The latest open row of each listing of a source that nothing newer has replaced, after an id; of these ids,
-- of a session and of a rule, or of all (nulls). Rows of a session that was refused or not synced yet stay
-- where they are, but for those that were reprocessed in vain.
create function api.quarantine_to_reprocess(p_source text, p_ids bigint[], p_session uuid, p_rule text,
  p_after bigint, p_limit integer)
returns table (
  id bigint, raw json, source_url text, page_number integer, scraped_at timestamptz, created_at timestamptz,
  evidence jsonb, mapping jsonb, columns jsonb
)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with waiting as (
    select q.id, q.property_id, q.session_id, q.row_no, mine.completed_at,
      mine.filters_applied -> 'mapping' as mapping, mine.filters_applied -> 'columns' as columns
    from property_manager.quarantine q
    join public.sources f on f.id = q.source_id
    join public.scraping_sessions mine on mine.id = q.session_id
    where f.name = p_source and q.status = 'open' and (mine.sync_status = 'completed'
        or (mine.sync_status = 'held' and exists (select from property_manager.scopes k
          where k.id = mine.scope_id and k.name = '(reprocessed)')))
      and (p_ids is null or q.id = any (p_ids)) and (p_session is null or q.session_id = p_session)
      and (p_rule is null or q.reasons @> jsonb_build_array(jsonb_build_object('rule', p_rule)))
  ), shown as (
    -- when each listing that waits was staged last by a session that was applied
    select n.property_id, max(other.completed_at) as completed_at
    from public.property_scrapes_staging n
    join public.scraping_sessions other on other.id = n.session_id
    join public.sources f on f.id = other.source_id
    where f.name = p_source and other.sync_status = 'completed'
      and other.completed_at > (select min(w.completed_at) from waiting w)
      and n.property_id in (select w.property_id from waiting w)
    group by n.property_id
  ), latest as (
    select distinct on (coalesce(w.property_id, w.id::text)) w.*
    from waiting w
    left join shown n on n.property_id = w.property_id
    cross join lateral /*use staged w.session_id, w.row_no*/ s
    where coalesce(n.completed_at <= w.completed_at, true) and s.raw is not null
    order by coalesce(w.property_id, w.id::text), w.id desc
  )
  select l.id, s.raw, s.source_url, s.page_number, s.scraped_at, s.created_at, s.evidence, l.mapping,
    l.columns
  from (select * from latest where id > p_after order by id limit p_limit) l
  cross join lateral /*use staged l.session_id, l.row_no*/ s
  order by l.id
$$;
