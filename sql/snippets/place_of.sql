-- place_of(row)
-- Where a row is, as its index holds it: what `<@` and `<->` are to find by it is written exactly so.
point({row}.longitude::double precision, {row}.latitude::double precision)
