-- While a worker checks rules it holds no lock, and edits and pins of its source need not wait for it.
alter table property_manager.leases add column yields boolean not null default false;
comment on column property_manager.leases.yields is 'Its worker checks rules: edits and pins pass, other workers wait.';
