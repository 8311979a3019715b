-- facts_cell(listing, lower, smaller)
-- The cell of a price and a size, each 3 % wide, in a grid that is moved by a part of a cell; the
-- listing has the hash `facts` of all else that two in a cell share.
hashfloat8extended(floor(ln({listing}.price) / 0.03 + {lower}),
  hashfloat8extended(floor(ln({listing}.area) / 0.03 + {smaller}), {listing}.facts))
