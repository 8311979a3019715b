-- pin_cell(listing, down, right)
-- The cell of a pin, 55 m wide, in a grid that is moved by a part of a cell.
hashtextextended('pin' || {listing}.operation || floor({listing}.latitude / 0.0005 + {down}) || ' '
  || floor({listing}.longitude / 0.0005 + {right}) || E'\n' || {listing}.rooms, 0)
