-- plain_words(text)
-- A text as it is compared: lower case, single spaces.
nullif(btrim(case when {text} ~ '\s\s|[^\S ]' then regexp_replace(lower({text}), '\s+', ' ', 'g')
  else lower({text}) end), '')
