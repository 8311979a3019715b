-- pair_pattern(left, right)
-- The pattern of a pair of property_manager.linkage_listings, a character a comparison, in the order of
-- services.duplicates.comparisons.COMPARISONS.
/*use numbers_agree {left}.numbers, {right}.numbers*/
|| /*use texts_agree {left}.street, {right}.street*/
|| /*use pins_agree {left}, {right}*/
|| case when {left}.money = {right}.money then /*use amounts_agree {left}.price, {right}.price*/ else '0' end
|| /*use amounts_agree {left}.size, {right}.size*/
|| /*use counts_agree {left}.bedrooms, {right}.bedrooms*/
|| /*use counts_agree {left}.bathrooms, {right}.bathrooms*/
|| /*use counts_agree {left}.floor, {right}.floor*/
|| /*use words_agree {left}.kind, {right}.kind*/
|| /*use texts_agree {left}.title, {right}.title*/
|| /*use words_agree {left}.picture, {right}.picture*/
|| /*use words_agree {left}.phone, {right}.phone*/
|| /*use texts_agree {left}.words, {right}.words*/
|| /*use counts_agree {left}.year, {right}.year*/
