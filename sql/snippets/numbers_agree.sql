-- numbers_agree(left, right)
-- How the numbers of two addresses agree: 1 house and unit are equal, 2 the house is and no unit is named,
-- 3 one names a unit more, 4 differ; 0 where one has none.
-- They are compared exactly: as text a home and the one above it are alike.
case
  when {left} is null or {right} is null then 0
  when {left} = {right} then case when strpos({left}, ' ') > 0 then 1 else 2 end
  when starts_with({left}, {right} || ' ') or starts_with({right}, {left} || ' ') then 3
  else 4 end
