-- previewed(session)
-- The rows of a session that would be live, to select from: usable, offered, neither superseded nor in
-- quarantine.
(
  select one.* from public.property_scrapes_staging one
  where one.session_id = {session} and one.problem is null and one.standard_status is distinct from 'Delete'
    and not exists (select from property_manager.superseded x
      where x.session_id = {session} and x.row_no = one.row_no)
    and not exists (select from property_manager.quarantine q
      where q.session_id = {session} and q.row_no = one.row_no)
)
