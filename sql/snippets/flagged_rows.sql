-- flagged_rows(session)
-- The rows of a session that a rule has warned of.
select distinct row_no from property_manager.findings where session_id = {session} and severity = 'warning'
