-- crowd_of(cell)
-- The row of a cell that is known to be crowded, or none, to select from: always looked up by its key.
(select k.* from property_manager.linkage_crowds k where k.cell = {cell} offset 0)
