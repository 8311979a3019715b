-- unit_last(normal)
-- An address in its normal form with the unit behind its street where it was before: '25 CULVERN ST FLAT 4,
-- LONDON' of 'FLAT 4, 25 CULVERN ST, LONDON'.
regexp_replace({normal}, '^((?:UNIT|APT|STE|BLDG|INT|DEPTO|FLAT) [^ ,]+)(?:, | (?=[0-9]))([^,]*)', '\2 \1')
