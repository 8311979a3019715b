-- address_words(line)
-- The words of the street of a line that house_letters() gave: 'CULVERN ST'.
nullif(btrim(regexp_replace(regexp_replace({line},
  '(?:#|\m(?:UNIT|APT|STE|BLDG|INT|DEPTO|FLAT|LOT)\M)(?: [A-Z]\M)?|\m[0-9A-Z/-]*[0-9][0-9A-Z/-]*\M',
  ' ', 'g'),
  '[^A-Z]+', ' ', 'g')), '')
