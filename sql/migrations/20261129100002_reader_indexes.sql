-- What front ends ask most and no index served: the newest listings, and those in a part of the map.
create index properties_live_first_seen_at_idx on public.properties_live (first_seen_at, id);
create index properties_live_place_idx on public.properties_live (latitude, longitude)
where latitude is not null and longitude is not null;
