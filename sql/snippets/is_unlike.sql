-- is_unlike(code)
-- Whether two listings are surely two homes, whatever else agrees, but where they show the same picture:
-- their numbers differ, their pins are far apart, or rooms or floors differ and no number says otherwise. The
-- code is that of pair_code().
({code} >> 12 & 15) <> 1 and (
  ({code} >> 52 & 15) = 4 or ({code} >> 44 & 15) = 4
  or ({code} >> 52 & 15) not in (1, 2)
    and (({code} >> 32 & 15) in (2, 3) or ({code} >> 24 & 15) in (2, 3)))
