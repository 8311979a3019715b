-- level_word(word)
-- A word as price levels have it, '' for none: in lower case, and short enough for an index.
left(lower(btrim(coalesce({word}, ''))), 100)
