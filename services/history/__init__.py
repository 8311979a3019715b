"""What the catalogue was and why it is so: as-of, explain; and what people change: edits, pins, rollback."""
