-- facts_cell(listing, lower, smaller)
-- The cell of a price and a size, each 3 % wide, in a grid that is moved by a part of a cell.
hashtextextended('facts' || {listing}.operation || {listing}.town || E'\n' || {listing}.bedrooms || ' '
  || {listing}.bathrooms || ' ' || floor(ln({listing}.price) / 0.03 + {lower}) || ' '
  || floor(ln({listing}.area) / 0.03 + {smaller}), 0)
