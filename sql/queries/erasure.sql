-- name: request_contact_erasure
-- Notes a contact's erasure by its hash; from then on it is kept out.
select api.request_contact_erasure($1, $2, $3, $4, $5, $6);

-- name: request_listing_erasure
-- Notes the erasure of a listing's fields ($1 source, $2 listing, $3 fields, $4 actor).
select api.request_listing_erasure($1, $2, $3, $4);

-- name: personal_values
-- The values that fields of a listing have or had ($1 source, $2 listing, $3 fields).
select field_name, value from api.personal_values($1, $2, $3);

-- name: sources_of_home
-- The sources that know the home of a listing ($1: source; $2: its id), its own first.
select name from api.sources_of_home($1, $2);

-- name: open_sessions
-- The sessions being staged when the erasure ($1) was noted.
select session_id from api.open_sessions($1);

-- name: await_batch
-- Waits until a session's ($1) batch that is on its way has landed, $2 seconds at most.
select api.await_batch($1, $2);

-- name: erase_staged
-- Overwrites staged rows ($1 erasure; $2 to $5 how texts show it).
select api.erase_staged($1, $2, $3, $4, $5);

-- name: erase_in_source
-- Overwrites live, audit and plans of one source in one transaction.
select api.erase_in_source($1, $2, $3, $4, $5, $6, $7, $8::timestamptz);

-- name: erase_elsewhere
-- Overwrites whatever other table holds it.
select api.erase_elsewhere($1, $2, $3, $4);

-- name: forget_statistics
-- Takes the server's statistics of overwritten tables anew.
select api.forget_statistics($1);

-- name: end_erasure
-- Closes an erasure's account: rows by table.
select api.end_erasure($1);

-- name: suppressions
-- What is kept out of a source's sessions.
select kind, hash, digits, country_code, key_check, property_id, fields, newest
from api.suppressions($1);

-- name: erasure_list
-- Every erasure, the newest first.
select * from api.erasure_list();

-- name: lift_erasure
-- Lets in again what an erasure keeps out.
select api.lift_erasure($1, $2);

-- name: try_erasure
-- What an erasure would overwrite, by table: all its steps, undone ($1 to $5 a contact, or $6 to $8 a
-- listing; $9 the sources, $10 to $13 how texts show it, $14 actor, $15 moment).
select api.try_erasure($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);
