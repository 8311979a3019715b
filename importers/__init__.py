"""Files and feeds people already have, read into raw rows: formats, dialects and field mappings."""
