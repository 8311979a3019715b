"""County records: parcels and what is known of them, in the tables of schema `county`."""
