-- is_overdue(age, usual)
-- Whether a source's last sync is too old: three times as old as usual, and a day; a week where nothing is
-- usual yet.
({age} > case when {usual} is null then interval '7 days' else greatest(3 * {usual}, interval '1 day') end)
