-- equity_percent(record)
-- How much of the market value no lien is on, in percent; null where nobody says what is owed, or without a
-- value. An index is made of this very expression (sql/migrations), so it lasts.
case when {record}.market_value > 0
  then ({record}.market_value - {record}.lien_amount) * 100 / {record}.market_value end
