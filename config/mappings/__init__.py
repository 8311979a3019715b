"""Shipped mapping files: which column of a known export is which listing field."""
