-- Parcels of an address are found by the address alone. With state and county behind it, PostgreSQL 18 searches the
-- index by these two where a parcel is looked up by its key and statistics are those of a table that was analyzed
-- during its first load: each lookup would read the county.
drop index county.properties_address;
create index properties_address on county.properties (address_normalized);
