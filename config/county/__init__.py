"""What a county publishes, as data: the kinds of its records, and the files that describe its layers."""
