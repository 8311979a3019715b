-- completeness(listing, type)
-- The share of the weighted fields that have a value, 0..1; the weights sum to one. float8 adds faster than
-- numeric.
/*each weighted " + "*/case when {listing}.{name} is null then 0 else {weight}::{type} end/*end*/
