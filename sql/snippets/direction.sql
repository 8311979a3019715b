-- direction(old, new)
-- Whether a change made a number larger (1) or smaller (-1); null where one of both is none.
case when jsonb_typeof({old}) = 'number' and jsonb_typeof({new}) = 'number'
  then sign({new}::numeric - {old}::numeric)::integer end
