-- collapse_space(text)
-- Text with its white space collapsed: texts that differ only in white space are the same.
btrim(regexp_replace({text}, '\s+', ' ', 'g'))
