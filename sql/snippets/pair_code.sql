-- pair_code(left, right)
-- The pattern of a pair of property_manager.linkage_listings as a number: a hexadecimal digit a comparison,
-- in the order of services.duplicates.comparisons.COMPARISONS, behind a 1. Numbers are put together and
-- grouped faster than texts.
(1::bigint << 56)
| ((/*use numbers_agree {left}.numbers, {right}.numbers*/)::bigint << 52)
| ((/*use texts_agree {left}.street, {right}.street*/)::bigint << 48)
| ((/*use pins_agree {left}, {right}*/)::bigint << 44)
| ((case when {left}.money = {right}.money then /*use amounts_agree {left}.price, {right}.price*/ else 0
  end)::bigint << 40)
| ((/*use amounts_agree {left}.size, {right}.size*/)::bigint << 36)
| ((/*use counts_agree {left}.bedrooms, {right}.bedrooms*/)::bigint << 32)
| ((/*use counts_agree {left}.bathrooms, {right}.bathrooms*/)::bigint << 28)
| ((/*use counts_agree {left}.floor, {right}.floor*/)::bigint << 24)
| ((/*use words_agree {left}.kind, {right}.kind*/)::bigint << 20)
| ((/*use texts_agree {left}.title, {right}.title*/)::bigint << 16)
| ((/*use words_agree {left}.picture, {right}.picture*/)::bigint << 12)
| ((/*use words_agree {left}.phone, {right}.phone*/)::bigint << 8)
| ((/*use texts_agree {left}.words, {right}.words*/)::bigint << 4)
| ((/*use counts_agree {left}.year, {right}.year*/)::bigint)
