-- search_document(language, listing)
-- Bounded: a tsvector holds at most 1 MB, and a character can come to 8 bytes of it (4, and again in a
-- compound).
to_tsvector({language}, left(concat_ws(' ', left({listing}.title, 10000), left({listing}.neighborhood, 1000),
  left({listing}.city, 1000), {listing}.description), 100000))
