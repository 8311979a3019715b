"""Pure readers: one text in, one value out, or a `ParseError` that says why not."""
