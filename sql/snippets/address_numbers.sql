-- address_numbers(normal)
-- The numbers of an address in its normal form, house and unit: '25 4' of '25 CULVERN ST UNIT 4, ORLANDO'. A
-- unit's letter counts as one.
nullif(btrim(regexp_replace(
  regexp_replace(/*use house_letters {normal}*/,
    '(#|\m(?:UNIT|APT|STE|BLDG|INT|DEPTO|FLAT|LOT)) ([A-Z])\M', '\1 0\2', 'g'),
  '\m[A-Z]+\M|[^0-9A-Z]+', ' ', 'g')), '')
