-- change_type_of(field, new)
-- The type of a change by its field and new value.
case when {field} = 'status' and {new} = '"active"' then 'reactivated'
  when {field} = 'status' and {new} = '"removed"' then 'removed'
  else 'updated' end
