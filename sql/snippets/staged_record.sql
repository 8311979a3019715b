-- staged_record(session, row)
-- One staged row of a county record by its key, to select from, in the same way as `staged`.
(
  select one.* from county.staging one
  where one.session_id = {session} and one.row_no = {row} offset 0
)
