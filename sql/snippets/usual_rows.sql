-- usual_rows(session)
-- The median number of rows of the last five complete sessions of a session's scope that were applied,
-- without itself.
select percentile_cont(0.5) within group (order by properties_found) as usual
from (
  select properties_found from public.scraping_sessions
  where scope_id = {session}.scope_id and verdict = 'complete' and sync_status = 'completed'
    and id <> {session}.id
  order by completed_at desc limit 5
) last_five
