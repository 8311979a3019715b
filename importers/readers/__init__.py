"""Readers: a file a format; each turns bytes into records and accounts for every row it could not read."""
