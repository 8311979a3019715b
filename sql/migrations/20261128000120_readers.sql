-- Readers see listings by the columns that the deploy grants them (sql/catalogue), and nothing that lies behind: a scope's
-- name has the urls and filters that a session began with.
revoke select on property_manager.scopes, property_manager.listing_scopes from anon, authenticated;
revoke usage on schema property_manager from anon, authenticated;
