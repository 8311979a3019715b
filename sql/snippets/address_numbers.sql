-- address_numbers(line)
-- The numbers of a line that house_letters() gave, house and unit: '25 4' of '25 CULVERN ST UNIT 4'. A unit's
-- letter counts as one, and is part of its number: '79 22C' of '79 OAK LN # 22-C'.
nullif(btrim(regexp_replace(
  case when {line} ~ '[ -][A-Z]\M' then regexp_replace(regexp_replace({line},
    '(#|\m(?:UNIT|APT|STE|BLDG|INT|DEPTO|FLAT|LOT)) ([A-Z])\M', '\1 0\2', 'g'),
    '((?:#|\m(?:UNIT|APT|STE|BLDG|INT|DEPTO|FLAT|LOT)) [0-9]+) ([A-Z])\M|([0-9])-([A-Z])\M', '\1\2\3\4', 'g')
  else {line} end,
  '(?:\m[A-Z]+\M|[^0-9A-Z])+', ' ', 'g')), '')
