-- name: listings_at
-- Listings as they stood at $1 ($2: source or null), the first $3; `total` counts them all.
select l.source, l.property_id, l.status, l.title, l.price, l.currency, l.city, count(*) over () as total
from property_manager.listings_at($1, $2) l
order by l.source, l.property_id
limit $3;

-- name: listing_at
-- One listing as it stood ($1: source; $2: its id; $3: the moment).
select to_jsonb(l) as listing from property_manager.listing_at($1, $2, $3) l;

-- name: first_known
-- When a listing ($1: source; $2: its id) came to the catalogue; nothing where it never did.
select created_at from public.properties_live where source = $1 and property_id = $2;

-- name: set_aside
-- Whether a row of a listing ($1: source; $2: its id) is in quarantine.
select exists (
  select from property_manager.quarantine q join public.sources f on f.id = q.source_id
  where f.name = $1 and q.property_id = $2 and q.status = 'open');

-- name: listing_ids_like
-- Ids of a source ($1) that begin as $2 does, a few.
select property_id from public.properties_live
where source = $1 and property_id like replace(replace(left($2::text, 3), '\', '\\'), '%', '\%') || '%'
limit 200;

-- name: compact
-- Folds a batch of a source's ($1) changes from before $2, for $3; at most so many ($4) are looked at.
select property_manager.compact($1, $2, $3, $4);

-- name: compactable
-- What compacting a source ($1) up to $2 would fold.
select listings, changes from property_manager.compactable($1, $2);

-- name: edit_listing
-- Edits a listing ($1: source; $2: its id; $3: {field: value}) and pins what is edited; $4: who, $5: why, $6: new address, normal, $7: when.
select property_manager.edit_listing($1, $2, $3, $4, $5, $6, coalesce($7::timestamptz, now()));

-- name: pin_field
-- Holds a field ($3) of a listing ($1: source; $2: its id) as live has it; $4: who, $5: why.
select property_manager.pin_field($1, $2, $3, $4, $5);

-- name: unpin
-- Lets a field ($3, or all: null) of a listing ($1: source; $2: its id) follow its source again; the fields that were pinned.
select property_manager.unpin($1, $2, $3);

-- name: pins
-- What is pinned ($1: source or null), and what the source shows instead, the first $2.
select * from property_manager.pinned_fields($1, $2);

-- name: hold_source
-- Keeps every other writer of a source away until this transaction ends.
select from property_manager.hold_source($1);

-- name: change_set_of
-- What a session's sync made.
select property_manager.change_set_of($1);

-- name: undoing
-- Where a change set stands: in effect or undone, and by which.
select property_manager.undoing($1);

-- name: rollback_plan
-- What undoing a change set ($1) does to each of its changes, the first $2; and how many there are of each kind.
select property_id, field_name as field, from_value as old, to_value as new, verdict, reason,
  count(*) filter (where verdict = 'reversed') over () as reversed,
  count(*) filter (where verdict = 'kept') over () as kept,
  count(*) filter (where verdict = 'failed') over () as failed
from property_manager.rollback_plan($1)
order by array_position('{failed,kept,reversed}', verdict), property_id, field_name
limit $2;

-- name: rollback_addresses
-- The addresses that undoing a change set would put back.
select distinct to_value #>> '{}' as address
from property_manager.rollback_plan($1)
where field_name = 'address' and verdict = 'reversed' and to_value #>> '{}' is not null;

-- name: rollback
-- Undoes a change set ($1); $2: who, $3: normal forms by address, $4: when.
select property_manager.rollback($1, $2, $3, coalesce($4::timestamptz, now()));

-- name: explain
-- What decided the fields of a listing ($1: source; $2: its id; $3: one field or null for all; $4: the moment).
select property_manager.explain($1, $2, $3, $4);
