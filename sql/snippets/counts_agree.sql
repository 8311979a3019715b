-- counts_agree(left, right)
-- How near two numbers of rooms or storeys are: 1 equal, 2 one apart, 3 further; 0 where one is missing.
case when {left} is null or {right} is null then 0 else least(1 + abs({left} - {right}), 3) end
