-- format_move(share)
-- A relative change as text: (−5.4 %).
format(' (%s%s %%)', case when round(100 * ({share}), 1) < 0 then '−'
  else '+' end, to_char(abs(round(100 * ({share}), 1)), 'FM999,999,990.0'))
