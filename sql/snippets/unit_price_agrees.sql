-- unit_price_agrees(row)
-- The objection when price_per_m2 × area is not within 20 % of the price, or null.
case when abs({row}.price_per_m2 * {row}.total_area_m2 - {row}.price) > 0.2 * {row}.price
  then format('price_per_m2 × total_area_m2 is %s, price is %s',
    round({row}.price_per_m2 * {row}.total_area_m2), {row}.price)
end
