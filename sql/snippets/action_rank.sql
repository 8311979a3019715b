-- action_rank(action)
-- Where an action stands in the order of a plan: the most drastic first.
array_position('{remove,deactivate,reactivate,update,create}'::text[], {action})
