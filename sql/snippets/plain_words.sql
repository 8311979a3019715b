-- plain_words(text)
-- A text as it is compared: lower case, single spaces.
nullif(btrim(regexp_replace(lower({text}), '\s+', ' ', 'g')), '')
