-- pin_cell(listing, down, right)
-- The cell of a pin, 55 m wide, in a grid that is moved by a part of a cell; the listing has the hash
-- `pins` of all else that two in a cell share.
hashfloat8extended(floor({listing}.latitude / 0.0005 + {down}),
  hashfloat8extended(floor({listing}.longitude / 0.0005 + {right}), {listing}.pins))
