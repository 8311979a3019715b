-- code_pattern(code)
-- The pattern that pair_code() gave as a number, a character a comparison; ? where texts are to be compared.
translate(substr(to_hex({code}), 2), 'f', '?')
