-- Every table has a primary key: without one, deletes and updates of a table fail as soon as it is published for
-- replication, and its rows cannot be told apart.
alter table property_manager.findings add column id bigint generated always as identity primary key;
alter table property_manager.listing_warnings add column id bigint generated always as identity primary key;
alter table property_manager.history_lock add column only_row boolean primary key default true check (only_row);
