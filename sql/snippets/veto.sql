-- veto(pattern, left, right)
-- Why a person must say whether two listings are one home, however alike they are; null where none must. The
-- place of a comparison in the pattern is that of services.duplicates.comparisons.COMPARISONS. Both have
-- listing_id, source, shown and town, which is null where it is not known. The number of a house says nothing
-- in another street, nor an address in another city: codes are the same in many, and so are names of streets.
case
  when substr({pattern}, 1, 1) = '4' then 'their house or unit numbers differ'
  when substr({pattern}, 3, 1) = '4' then 'their pins are more than 500 m apart'
  when substr({pattern}, 6, 1) in ('2', '3') then 'their bedrooms differ'
  when substr({pattern}, 8, 1) in ('2', '3') then 'they are on different floors'
  when substr({pattern}, 1, 1) = '3' and substr({pattern}, 11, 1) <> '1'
    then 'only one of them names its unit'
  when {left}.town <> {right}.town and substr({pattern}, 3, 1) not in ('1', '2')
    and substr({pattern}, 11, 1) <> '1' then 'their cities differ'
  when {left}.source = {right}.source and {left}.shown and {right}.shown
    then {left}.source || ' shows both'
  when (substr({pattern}, 1, 1) not in ('1', '2') or substr({pattern}, 2, 1) = '4')
    and substr({pattern}, 3, 1) <> '1' and substr({pattern}, 11, 1) <> '1'
    then 'neither address, pin nor picture says so'
  when /*use has_rival {left}, {right}, {pattern}*/ then {right}.source || ' shows another that is as likely'
  when /*use has_rival {right}, {left}, {pattern}*/ then {left}.source || ' shows another that is as likely'
end
