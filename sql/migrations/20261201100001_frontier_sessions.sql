-- Which session a page landed in, so that a landing that is repeated is known for what it is; and workers that wait
-- for a share of a site.
alter table property_manager.frontier add column session_id uuid;
comment on column property_manager.frontier.session_id is 'The session in which a worker told last what became of it.';
alter table property_manager.site_shares drop constraint site_shares_at_once_check;
alter table property_manager.site_shares add check (at_once >= 0);
comment on column property_manager.site_shares.at_once is '0: the worker waits until another needs fewer.';
