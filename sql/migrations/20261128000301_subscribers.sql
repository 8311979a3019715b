-- Since when a subscriber has been behind the feed: one that stays behind has no process that lets it catch up.

alter table property_manager.subscribers add column behind_since timestamptz;
insert into property_manager.subscribers (name) values ('views') on conflict do nothing;
update property_manager.subscribers s set behind_since = clock_timestamp()
from property_manager.feed f where s.position < f.position;
