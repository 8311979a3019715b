-- stated_status(row, listing)
-- The status that a staged row states for its listing; where the row lacks the field, what live has of it.
/*use status_by_source case
  when 1 = get_bit(
    {row}.kept, (select bit from property_manager.listing_fields where name = 'standard_status'))
    then {listing}.standard_status
  else {row}.standard_status end*/
