-- amounts_agree(left, right)
-- How near two amounts are: 1 equal, 2 within 2 %, 3 within 10 %, 4 further apart; 0 where one is missing.
case
  when {left} is null or {right} is null or {left} <= 0 or {right} <= 0 then 0
  when {left} = {right} then 1
  when greatest({left}, {right}) <= 1.02 * least({left}, {right}) then 2
  when greatest({left}, {right}) <= 1.1 * least({left}, {right}) then 3
  else 4 end
