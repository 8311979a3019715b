-- search_document(language, listing)
-- Bounded: a tsvector holds at most 1 MB, and a character can come to 24 bytes of it (4, and again in a
-- compound; all of it in three spellings).
property_manager.search_words({language}, left(concat_ws(' ', left({listing}.title, 10000),
  left({listing}.neighborhood, 1000), left({listing}.city, 1000), {listing}.description), 40000))
