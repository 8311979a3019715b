-- How the catalogue came to be what it is, day by day: a row a day, kept by every publication.

alter table property_manager.feed add column active bigint not null default 0;
comment on column property_manager.feed.active is 'How many listings are on the market, over all sources.';
update property_manager.feed
set active = (select coalesce(sum(m.listings), 0) from property_manager.market_counts m where m.level = 'kind');

create table property_manager.market_days (
  day        date primary key,
  active     bigint,
  added      bigint not null,
  changed    bigint not null,
  returned   bigint not null,
  removed    bigint not null
);
comment on table property_manager.market_days is 'What change sets of a day came to, and how many listings were on the market after the last of them.';
comment on column property_manager.market_days.day is 'In UTC, of the time that change sets are of.';
comment on column property_manager.market_days.active is 'Null: the day was before this was counted.';
grant select on property_manager.market_days to service_role;

insert into property_manager.market_days (day, active, added, changed, returned, removed)
select (c.committed_at at time zone 'utc')::date, null,
  sum(coalesce((c.counts ->> 'new_properties')::bigint, 0)),
  sum(coalesce((c.counts ->> 'updated_properties')::bigint, 0)),
  sum(coalesce((c.counts ->> 'reactivated_properties')::bigint, 0)),
  sum(coalesce((c.counts ->> 'removed_properties')::bigint, 0))
from property_manager.change_sets c
where c.origin = 'sync'
group by 1;

-- since the last change set nothing has come or gone
update property_manager.market_days set active = (select f.active from property_manager.feed f)
where day = (select max(d.day) from property_manager.market_days d);
