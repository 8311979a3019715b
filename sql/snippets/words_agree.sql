-- words_agree(left, right)
-- Whether two words are the same: 1 or 2; 0 where one is missing.
case when {left} is null or {right} is null then 0 when {left} = {right} then 1 else 2 end
