-- name: parcels_near
-- Parcels within $2 metres of each place of $1, at most $3 a place.
select * from api.parcels_near($1, $2, $3);

-- name: cases_near
-- Code cases of a status ($3, or null) within $2 metres of each place of $1, at most $4 a place.
select * from api.cases_near($1, $2, $3, $4);

-- name: listings_near
-- Active listings within $2 metres of each place of $1, at most $3 a place.
select * from api.listings_near($1, $2, $3);

-- name: nearest_parcels
-- The $2 parcels nearest to each place of $1, none further than $3 metres.
select * from api.nearest_parcels($1, $2, $3);

-- name: parcels_in_box
-- Parcels in a box ($1: its four sides) after one ($2: its id or null), at most $3.
select * from api.parcels_in_box($1, $2, $3);

-- name: comparables
-- Sales and asking prices near parcels ($1: their ids) like them; $2: conditions by their names.
select * from api.comparables($1, $2);

-- name: parcels_called
-- Parcels that a text names ($1: as written; $2: its line and $3: its unit in USPS form, or null).
select * from api.parcels_called($1, $2, $3);

-- name: postgis
-- What the database has of PostGIS.
select * from api.postgis();

-- name: set_postgis
-- Indexes parcels by PostGIS ($1: true) or drops that; whether anything changed.
select api.set_postgis($1);

-- name: parcels_at
-- Parcels whose outline holds a place ($1 latitude, $2 longitude).
select * from api.parcels_at($1, $2);

-- name: parcels_within
-- Parcels within a polygon ($1: GeoJSON) after one ($2: its id or null), at most $3.
select * from api.parcels_within($1, $2, $3);

-- name: leads_near
-- Leads of tiers ($3, or null) within $2 metres of each place of $1, at most $4 a place.
select * from api.leads_near($1, $2, $3, $4);

-- name: county_map
-- What a part of the map of parcels shows ($1), in cells of level $2 where there is more than $3.
select * from api.county_map($1, $2, $3);
