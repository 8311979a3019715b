-- record_change_type(field, value)
-- What a change of a county record is, by its field and new value.
case when {field} = 'record_status' and {value} = '"active"' then 'reactivated'
  when {field} = 'record_status' and {value} = '"removed"' then 'removed'
  else 'updated' end
