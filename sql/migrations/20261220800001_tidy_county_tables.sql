-- Tables of the private schema have no policies: no role but the service's may use it.
alter table property_manager.county_keys disable row level security;
alter table property_manager.parcel_links disable row level security;

-- The one row that says which version the scores are of: a version is never taken away.
alter table property_manager.scoring drop constraint scoring_version_fkey;

-- Each mention of a parcel that is due is a row, as writing one must not look for another.
alter table property_manager.leads_due add column id bigint generated always as identity primary key;
