"""Cells of county records: parcel ids, addresses, days, amounts and words, and the rows they make."""
