-- status_by_source(standard_status)
-- The status that follows from the status a source states: closed, withdrawn and the like prove that a
-- listing left the market.
case when {standard_status} in ('Closed', 'Withdrawn', 'Expired', 'Canceled', 'Delete')
  then 'removed' else 'active' end
