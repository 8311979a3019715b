-- Built-in names come first, temporary objects last: with an empty search_path a temporary type is found before the
-- built-in one of its name, and its checks would run with the rights of our owner. Functions made by a deploy say so
-- themselves; these two are state.
alter function property_manager.refuse_rewriting() set search_path = pg_catalog, pg_temp;
alter function property_manager.check_rule() set search_path = pg_catalog, pg_temp;

-- Nobody but our owner has a use for our types.
alter default privileges revoke usage on types from public;
