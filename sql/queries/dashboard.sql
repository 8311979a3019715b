-- name: pulse
-- The state of each topic, as a text that changes with it.
select topic, state from api.pulse();

-- name: is_listed_staff
-- Whether a user of the project ($1: the id) is listed as staff.
select api.is_listed_staff($1);
