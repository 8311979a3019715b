-- house_letters(line)
-- The street of an address, with the letter of a house at its number: '25A' of '25 A' and of '25-A'. The
-- letter of a direction ('4400 N POWERS DR') or of a street ('25 A ST') is none.
case when {line} ~ '[0-9][ -][A-Z]\M' then regexp_replace({line},
  '\m([0-9]+)[ -](?:([A-Z])(?=$|,| ?#| (?:UNIT|APT|STE|BLDG|INT|DEPTO|FLAT|LOT)\M)'
    || '|([ABCDF-MO-RT-VX-Z])(?= [0-9]))',
  '\1\2\3', 'g') else {line} end
