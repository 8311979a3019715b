-- staged(session, row)
-- One staged row by its key, to select from: always looked up by index, whatever size the planner expects of
-- a session; its offset keeps it so.
(
  select one.* from public.property_scrapes_staging one
  where one.session_id = {session} and one.row_no = {row} offset 0
)
