-- numbers_agree(left, right)
-- How the numbers of two addresses agree: 1 equal, 2 one names a unit more, 3 differ; 0 where one has none.
-- They are compared exactly: as text a home and the one above it are alike.
case
  when {left} is null or {right} is null then '0'
  when {left} = {right} then '1'
  when starts_with({left}, {right} || ' ') or starts_with({right}, {left} || ' ') then '2'
  else '3' end
