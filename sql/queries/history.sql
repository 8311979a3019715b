-- name: listings_at
-- Listings as they stood at $1 ($2: source or null), the first $3; `total` counts them all.
select * from api.first_listings_at($1, $2, $3);

-- name: listing_at
-- One listing as it stood ($1: source; $2: its id; $3: the moment).
select api.listing_image_at($1, $2, $3);

-- name: first_known
-- When a listing ($1: source; $2: its id) came to the catalogue; nothing where it never did.
select api.first_known($1, $2);

-- name: is_quarantined
-- Whether a row of a listing ($1: source; $2: its id) is in quarantine.
select api.is_quarantined($1, $2);

-- name: listing_ids_like
-- Ids of a source ($1) that begin as $2 does, a few.
select property_id from api.listing_ids_like($1, $2);

-- name: compact
-- Folds a batch of a source's ($1) changes older than $2, for $3; at most so many ($4) are looked at.
select api.compact($1, $2, $3, $4);

-- name: compactable
-- What compacting a source's ($1) changes older than $2 would fold.
select listings, changes from api.compactable($1, $2);

-- name: edit_listing
-- Edits a listing ($1: source; $2: id; $3: {field: value}) and pins the fields; $4: who, $5: why, $6: normal
-- form of the new address, $7: when, $8: the newest erasure that the values were held against.
select api.edit_listing($1, $2, $3, $4, $5, $6, $7::timestamptz, $8);

-- name: pin_field
-- Holds a field ($3) of a listing ($1: source; $2: its id) as live has it; $4: who, $5: why.
select api.pin_field($1, $2, $3, $4, $5);

-- name: unpin
-- Unpins a field ($3, null: all) of a listing ($1: source; $2: id); returns the fields that were pinned.
select api.unpin($1, $2, $3);

-- name: pins
-- What is pinned ($1: source or null), and what the source shows instead, the first $2.
select * from api.pinned_fields($1, $2);

-- name: lock_source
-- Keeps every other writer of a source away until this transaction ends.
select api.lock_source($1);

-- name: change_set_of
-- What a session's sync made.
select api.change_set_of($1);

-- name: undoing
-- Where a change set stands: in effect or undone, and by which.
select api.undoing($1);

-- name: rollback_plan
-- What undoing a change set ($1) does to its first $2 changes; and how many there are of each kind.
select property_id, field, old, new, verdict, reason, reversed, kept, failed from api.rollback_plan($1, $2);

-- name: rollback_addresses
-- The addresses that undoing a change set would put back.
select address from api.rollback_addresses($1);

-- name: rollback
-- Undoes a change set ($1); $2: who, $3: normal forms by address, $4: when, $5: what was seen of its effect.
select api.rollback($1, $2, $3, $4::timestamptz, $5);

-- name: explain
-- What decided the fields of a listing ($1: source; $2: id; $3: field, null for all; $4: moment, null: now).
select api.explain($1, $2, $3, $4);

-- name: repair_moments
-- Dates what lies in the future, and lowers horizons to the last change that was folded.
select api.repair_moments();

-- name: rename_source
-- Gives a source ($1) another name ($2); $3: who.
select api.rename_source($1, $2, $3);

-- name: remove_source
-- Removes a source ($1); $2: its listings too, $3: only count, $4: who.
select api.remove_source($1, $2, $3, $4);

-- name: merge_sources
-- Merges a source ($1) into another ($2); $3: equal ids are one home, $4: only count, $5: homes shown side by
-- side, $6: who.
select api.merge_sources($1, $2, $3, $4, $5, $6);

-- name: listing_changes
-- The changes of a listing ($1: source; $2: id; $3: field or null; $4: before this one or null; $5: at most).
select * from api.listing_changes($1, $2, $3, $4, $5);

-- name: session_moment
-- The source of a session ($1), and when its sync was committed.
select source, moment from api.session_moment($1);

-- name: listings_diff
-- What of a source ($1) differs between two moments ($2, $3), after a listing ($4 or null); $5: at most.
select * from api.listings_diff($1, $2, $3, $4, $5);

-- name: listings_to_name
-- The listings of a source ($1) that have a page, with what their ids are read of.
select * from api.listings_to_name($1);

-- name: plan_ids
-- Plans other ids ($3) for listings ($2) of a source ($1) by a rule ($4); $5: the session that showed it or
-- null; $6: whether a plan that cannot be applied is saved too.
select api.plan_ids($1, $2, $3, $4, $5, $6);

-- name: id_plans
-- Plans of ids ($1: source or null), the newest $2.
select * from api.id_plans($1, $2);

-- name: id_plan
-- One of them.
select * from api.id_plan($1);

-- name: id_moves
-- The ids that a plan ($1) changes, after rank $2 and id $3, at most $4.
select * from api.id_moves($1, $2, $3, $4);

-- name: apply_id_plan
-- Applies a plan of ids ($1); $2: who. Nothing where it is none of ids.
select api.apply_id_plan($1, $2);

-- name: discard_id_plan
-- Decides against a plan of ids ($1); $2: who.
select api.discard_id_plan($1, $2);
