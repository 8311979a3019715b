-- name: quality_report
-- One session's quality.
select property_manager.quality_report($1);

-- name: quality_checks
-- The catalogue ($1: source or null; $2: session or null) against its thresholds ($3).
select check_name, value, threshold, passed, explanation from property_manager.quality_checks($1, $2, $3);

-- name: doctor
-- Every check doctor makes in the database.
select check_name, found, detail, next_step from property_manager.doctor();

-- name: cleanup
-- Removes sessions that ended before $1, at most $2, or only counts them ($3).
select property_manager.cleanup($1, $2, $3);

-- name: sources_overview
-- Every source ($1: or one) with its listings, last sync and what waits.
select f.name, f.currency,
  (select count(*) from public.properties_live l where l.source = f.name and l.status = 'active') as active,
  (select count(*) from public.properties_live l where l.source = f.name and l.status = 'inactive') as inactive,
  (select count(*) from public.properties_live l where l.source = f.name and l.status = 'removed') as removed,
  (select count(*) from property_manager.quarantine q where q.source_id = f.id and q.status = 'open') as quarantined,
  (select max(m.completed_at) from public.sync_metadata m join public.scraping_sessions s on s.id = m.session_id
    where s.source_id = f.id and m.sync_status = 'completed') as last_sync,
  (select count(*) from public.scraping_sessions s where s.source_id = f.id and s.sync_status = 'pending') as pending,
  (select count(*) from public.scraping_sessions s where s.source_id = f.id and s.sync_status = 'held') as held
from public.sources f
where $1::text is null or f.name = $1
order by f.name;

-- name: recent_syncs
-- The last syncs ($1: source or null; $2: at most).
select m.session_id, f.name as source, m.plan_id,
  case when m.sync_status = 'completed' and s.sync_status = 'rolled_back' then s.sync_status else m.sync_status end as sync_status,
  m.total_scraped, m.new_properties, m.updated_properties,
  m.unchanged_properties, m.reactivated_properties, m.quarantined_properties, m.superseded_rows, m.missing_properties,
  m.removed_properties, m.significant_updates, m.data_quality_score, m.completeness_rate, m.sync_duration_ms,
  m.staging_to_live_duration_ms, m.error_summary, m.created_at, m.completed_at
from public.sync_metadata m
join public.scraping_sessions s on s.id = m.session_id
join public.sources f on f.id = s.source_id
where $1::text is null or f.name = $1
order by m.id desc
limit $2;

-- name: views_freshness
-- How far the views are behind the feed.
select r.view_name, r.position, f.position as feed_position, r.refreshed_at, r.duration_ms
from property_manager.feed f left join property_manager.view_refreshes r on true;

-- name: subscribers
-- Who follows the feed, how far, and what went wrong last.
select name, position, done_at, error, failed_at from property_manager.subscribers order by name;

-- name: list_sessions
-- Sessions ($1: source or null; $2: status or null; $3: at most), newest first. A silent one is interrupted.
select s.id, s.session_name, f.name as source, s.kind, s.base_url,
  case when property_manager.is_interrupted(s) then 'interrupted' else s.status end as status,
  s.verdict, s.sync_status, s.properties_found, s.pages_scraped, s.total_pages, s.started_at, s.completed_at
from public.scraping_sessions s
join public.sources f on f.id = s.source_id
where ($1::text is null or f.name = $1)
  and ($2::text is null or $2 in (s.status, s.sync_status)
    or ($2 = 'interrupted' and property_manager.is_interrupted(s)))
order by s.created_at desc
limit $3;

-- name: session_details
-- One session, whole.
select to_jsonb(s) - 'writer' || jsonb_build_object(
  'source', f.name, 'scope', k.name,
  'interrupted', property_manager.is_interrupted(s),
  'errors', (select coalesce(jsonb_agg(jsonb_build_object('url', e.url, 'type', e.error_type, 'message', e.error_message,
      'retries', e.retry_count, 'resolved', e.resolved) order by e.id), '[]')
    from (select * from public.scraping_errors e where e.session_id = s.id order by e.id limit 100) e),
  'syncs', (select coalesce(jsonb_agg(to_jsonb(m) - 'id' - 'session_id' order by m.id), '[]') from public.sync_metadata m where m.session_id = s.id),
  'plans', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'status', p.status, 'reasons', p.reasons) order by p.created_at), '[]')
    from property_manager.plans p where p.session_id = s.id and p.status <> 'draft'))
from public.scraping_sessions s
join public.sources f on f.id = s.source_id
join property_manager.scopes k on k.id = s.scope_id
where s.id = $1;

-- name: find_sessions
-- Sessions whose id begins with $1.
select id from public.scraping_sessions where id::text like $1::text || '%' limit 2;

-- name: find_sessions_ever
-- Sessions whose id begins with $1, those that cleanup has removed too.
select id from public.scraping_sessions where id::text like $1::text || '%'
union
select session_id from property_manager.cleaned_sessions where session_id::text like $1::text || '%'
limit 2;

-- name: latest_session
-- The newest completed session ($1: source or null).
select s.id from public.scraping_sessions s join public.sources f on f.id = s.source_id
where s.status = 'completed' and ($1::text is null or f.name = $1)
order by s.completed_at desc limit 1;

-- name: quarantine_list
-- Rows set aside ($1: source or null; $2: session or null; $3: status; $4: after id; $5: at most).
select q.id, f.name as source, q.session_id, q.row_no, q.property_id, q.reasons, q.status, q.created_at, s.title, s.source_url
from property_manager.quarantine q
join public.sources f on f.id = q.source_id
join public.property_scrapes_staging s on s.session_id = q.session_id and s.row_no = q.row_no
where ($1::text is null or f.name = $1) and ($2::uuid is null or q.session_id = $2) and q.status = $3 and q.id > $4
order by q.id
limit $5;

-- name: quarantine_row
-- One row set aside, with what was staged.
select q.id, f.name as source, q.session_id, q.row_no, q.property_id, q.reasons, q.status, q.created_at,
  to_jsonb(s) - 'raw_bytes' as staged
from property_manager.quarantine q
join public.sources f on f.id = q.source_id
join public.property_scrapes_staging s on s.session_id = q.session_id and s.row_no = q.row_no
where q.id = $1;

-- name: quarantine_to_reprocess
-- The latest open row of each listing ($1: source; $2: ids or null; $3: at most) that nothing newer has replaced.
-- Rows of a session that was refused or not synced yet stay where they are.
select * from (
  select distinct on (coalesce(q.property_id, q.id::text)) q.id, s.raw, s.source_url, s.page_number, s.scraped_at, s.created_at, s.evidence,
    mine.filters_applied -> 'mapping' as mapping, mine.filters_applied -> 'columns' as columns
  from property_manager.quarantine q
  join public.sources f on f.id = q.source_id
  join public.property_scrapes_staging s on s.session_id = q.session_id and s.row_no = q.row_no
  join public.scraping_sessions mine on mine.id = q.session_id
  where f.name = $1 and q.status = 'open' and mine.sync_status = 'completed' and ($2::bigint[] is null or q.id = any ($2)) and s.raw is not null
    and not exists (
      select from public.property_scrapes_staging n
      join public.scraping_sessions other on other.id = n.session_id
      where n.property_id = q.property_id and other.source_id = q.source_id
        and other.sync_status = 'completed' and other.completed_at > mine.completed_at
    )
  order by coalesce(q.property_id, q.id::text), q.id desc
) latest
order by id
limit $3;

-- name: quarantine_reprocessed
-- These rows were staged anew.
select property_manager.quarantine_reprocessed($1);
