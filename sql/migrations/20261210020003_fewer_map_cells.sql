-- The finest cells were nearly as many as the listings; so near, the listings themselves are looked at.
delete from property_manager.map_cells where level = 17;
