-- is_unlike(pattern)
-- Whether two listings are surely two homes, whatever else agrees, but where they show the same picture:
-- their numbers differ, their pins are far apart, or rooms or floors differ and no number says otherwise.
substr({pattern}, 11, 1) <> '1' and (
  substr({pattern}, 1, 1) = '4' or substr({pattern}, 3, 1) = '4'
  or substr({pattern}, 1, 1) not in ('1', '2')
    and (substr({pattern}, 6, 1) in ('2', '3') or substr({pattern}, 8, 1) in ('2', '3')))
