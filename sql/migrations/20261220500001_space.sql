-- What is near what: parcels and code cases by their place, as listings are.
-- An index of points finds a box and what is nearest without an extension, and reads no more than that; by an
-- index of latitude and longitude a box costs all that lies as far north:
-- that of parcels stays for lists of those with a place.

drop index county.code_violations_place_id;
create index properties_place on county.properties
  using gist (point(longitude::double precision, latitude::double precision));
create index code_violations_place on county.code_violations
  using gist (point(longitude::double precision, latitude::double precision));
-- cases that have no place of their own are where their parcel is
create index code_violations_unplaced on county.code_violations (property_id)
  where latitude is null and is_active;
