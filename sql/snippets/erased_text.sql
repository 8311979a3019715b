-- erased_text(text, pattern)
-- A text with every contact that the pattern finds overwritten; the pattern's groups hold what stands around
-- it.
regexp_replace({text}, {pattern}, '\1\2\3[erased]', 'g')
