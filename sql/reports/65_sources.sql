-- Sources, what is known of each, and which one a host belongs to.

-- A host as it is compared: in lower case, without www. A sub-domain is another host.
create function property_manager.plain_host(p_host text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select regexp_replace(lower(rtrim(p_host, '.')), '^www\.', '')
$$;

-- The sources that have a host, by what is known of them or by their name; for one that was merged, the one
-- that it was merged into.
create function api.sources_of_host(p_host text) returns table (name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with recursive found as (
    select s.id, s.name, s.merged_into from public.sources s
    where property_manager.plain_host(s.name) = property_manager.plain_host(p_host)
      or property_manager.plain_host(p_host) = any (
        select property_manager.plain_host(h) from unnest(s.hosts) h)
    union
    select s.id, s.name, s.merged_into from found f join public.sources s on s.id = f.merged_into
  )
  select f.name from found f where f.merged_into is null order by f.name
$$;

-- Every source, or one: its facts, its listings, its last session and what waits. `applied` is false while
-- nothing of it has gone live, `tried` where only dry runs knew it.
create function api.list_sources(p_source text)
returns table (
  name text, hosts text[], currency text, country text, language text, created_at timestamptz,
  applied boolean, tried boolean, active bigint, inactive bigint, removed bigint, sessions bigint,
  pending bigint, held bigint, quarantined bigint, session_id uuid, session_kind text, session_status text,
  session_verdict text, session_reason text, session_at timestamptz, merged_into text, merge_set_id bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with listed as (
    select l.source, count(*) filter (where l.status = 'active') as active,
      count(*) filter (where l.status = 'inactive') as inactive,
      count(*) filter (where l.status = 'removed') as removed
    from public.properties_live l
    where p_source is null or l.source = p_source
    group by l.source
    union all
    select f.name, c.active, c.inactive, c.removed
    from public.sources f
    cross join lateral property_manager.count_records(property_manager.record_kind(f), f.name) c
    where property_manager.record_kind(f) is not null and (p_source is null or f.name = p_source)
  ), ran as (
    select s.source_id, count(*) as sessions, count(*) filter (where s.sync_status = 'pending') as pending,
      count(*) filter (where s.sync_status = 'held') as held
    from public.scraping_sessions s group by s.source_id
  ), newest as (
    select distinct on (s.source_id) s.source_id, s.id, s.kind,
      case when property_manager.is_interrupted(s) then 'interrupted' else s.status end as status,
      s.verdict, coalesce(s.verdict_reason, s.error_message) as reason,
      coalesce(s.completed_at, s.started_at) as at
    from public.scraping_sessions s
    order by s.source_id, s.started_at desc, s.id
  ), aside as (
    select q.source_id, count(*) as rows from property_manager.quarantine q
    where q.status = 'open' group by q.source_id
  )
  select f.name, f.hosts, f.currency, f.country, f.language, f.created_at, property_manager.was_applied(f),
    property_manager.is_only_tried(f),
    coalesce(l.active, 0), coalesce(l.inactive, 0), coalesce(l.removed, 0), coalesce(r.sessions, 0),
    coalesce(r.pending, 0), coalesce(r.held, 0), coalesce(a.rows, 0), n.id, n.kind, n.status, n.verdict,
    n.reason, n.at, o.name, f.merge_set_id
  from public.sources f
  left join public.sources o on o.id = f.merged_into
  left join listed l on l.source = f.name
  left join ran r on r.source_id = f.id
  left join newest n on n.source_id = f.id
  left join aside a on a.source_id = f.id
  where p_source is null or f.name = p_source
  order by f.name
$$;

-- The scopes of a source, the newest first: when each was last covered completely, and by what it was shown.
create function api.source_scopes(p_source text)
returns table (name text, watermark timestamptz, sessions bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.name, k.watermark,
    (select count(*) from public.scraping_sessions s where s.scope_id = k.id)
  from property_manager.scopes k
  where k.source = p_source
  order by k.watermark desc nulls last, k.name
$$;
