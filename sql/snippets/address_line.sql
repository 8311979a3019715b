-- address_line(normal)
-- Street, house and unit of an address in its normal form, the unit last: '25 CULVERN ST FLAT 4' of
-- 'FLAT 4, 25 CULVERN ST, LONDON', 'C REFORMA 123, INT 4' of 'C REFORMA 123, INT 4, CENTRO'.
substring(regexp_replace({normal}, '^((?:UNIT|APT|STE|BLDG|INT|DEPTO|FLAT) [^ ,]+)(?:, | (?=[0-9]))([^,]*)',
  '\2 \1') from '^[^,]*(?:, (?:#|(?:UNIT|APT|STE|BLDG|INT|DEPTO|FLAT|LOT)\M)[^,]*)*')
