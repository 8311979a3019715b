-- address_words(line)
-- The words of its street: 'CULVERN ST'.
nullif(btrim(regexp_replace(regexp_replace(/*use house_letters {line}*/,
  '(#|\m(?:UNIT|APT|STE|BLDG|INT|DEPTO|FLAT|LOT)\M)( [A-Z]\M)?|\m[0-9A-Z/-]*[0-9][0-9A-Z/-]*\M', ' ', 'g'),
  '[^A-Z]+', ' ', 'g')), '')
