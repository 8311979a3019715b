-- texts_agree(left, right)
-- How two texts agree: 1 equal, 15 to be compared letter by letter, 0 where one is missing.
case when {left} is null or {right} is null then 0 when {left} = {right} then 1 else 15 end
