-- standing(left, right)
-- Where a pair stands: merged, apart by a person's word, waiting for one (review), or settled, as one of the
-- two is of one home with another listing of the same source. Both have listing_id, source and shown.
case
  when /*use home_id {left}.listing_id*/ = /*use home_id {right}.listing_id*/ then 'merged'
  when exists (select from property_manager.home_decisions d
    where d.left_id = least({left}.listing_id, {right}.listing_id)
      and d.right_id = greatest({left}.listing_id, {right}.listing_id) and not d.same) then 'apart'
  when {left}.source <> {right}.source and (/*use is_taken {left}, {right}*/
    or /*use is_taken {right}, {left}*/) then 'settled'
  else 'review' end
