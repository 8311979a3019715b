-- address_line(normal)
-- Street, house and unit of an address in its normal form, the unit last: '25 CULVERN ST FLAT 4' of
-- 'FLAT 4, 25 CULVERN ST, LONDON', 'C REFORMA 123, INT 4' of 'C REFORMA 123, INT 4, CENTRO'.
case when strpos({normal}, ',') = 0 then /*use unit_last {normal}*/
  else substring(/*use unit_last {normal}*/
    from '^[^,]*(?:, (?:#|(?:UNIT|APT|STE|BLDG|INT|DEPTO|FLAT|LOT)\M)[^,]*)*') end
