-- change_set(id)
-- A change set by its id, to select from: always looked up, whatever number of them the planner expects.
(select one.* from property_manager.change_sets one where one.id = {id} offset 0)
