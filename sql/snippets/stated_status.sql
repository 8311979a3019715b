-- stated_status(row, listing, bit)
-- The status that a staged row states for its listing; where the row does not have the field, what live has of it.
property_manager.status_by_source(
  case when get_bit({row}.kept, {bit}) = 1 then {listing}.standard_status else {row}.standard_status end)
