"""How well and how fast duplicates are found: labelled records, listings posted again, and Splink beside."""
