-- Alerts: what somebody should hear of, and the messages that tell it. They are rows, so nothing is told twice or lost
-- when a sender is killed, whichever host it runs on.

create table property_manager.alerts (
  id        bigint generated always as identity primary key,
  kind      text not null,
  key       text not null check (length(key) between 1 and 300),
  source_id integer references public.sources (id) on delete cascade,
  sentence  text not null,
  next_step text,
  path      text,
  lasts     boolean not null,
  began_at  timestamptz not null default clock_timestamp(),
  ended_at  timestamptz,
  check (lasts or ended_at is not null)
);
-- one alert while something lasts; one for ever of what only happens
create unique index alerts_once_idx on property_manager.alerts (kind, key) where ended_at is null or not lasts;
create index alerts_source_id_idx on property_manager.alerts (source_id);
create index alerts_ended_at_idx on property_manager.alerts (ended_at) where ended_at is not null;
comment on table property_manager.alerts is 'What somebody should hear of, while it lasts and for 90 days after.';
comment on column property_manager.alerts.kind is 'A name of property_manager.alert_kinds().';
comment on column property_manager.alerts.key is 'What it is about, within its kind: a plan, a scope, a job.';
comment on column property_manager.alerts.path is 'Its page of the dashboard.';
comment on column property_manager.alerts.lasts is 'False: it happened, and cannot end.';

create table property_manager.alert_searches (
  kind        text primary key,
  searched_at timestamptz not null default clock_timestamp()
);
comment on table property_manager.alert_searches is 'When alerts of a kind were looked for last.';

create table property_manager.alert_channels (
  name  text primary key,
  since timestamptz not null default clock_timestamp()
);
comment on table property_manager.alert_channels is 'Ways to tell alerts. Where they lead to is known to the sender''s environment alone.';
comment on column property_manager.alert_channels.since is 'What had ended before is not told by it.';

create table property_manager.alert_messages (
  id           uuid primary key default gen_random_uuid(),
  channel      text not null references property_manager.alert_channels (name) on delete cascade,
  kind         text not null,
  part         text not null check (part in ('began', 'ended')),
  status       text not null default 'waiting' check (status in ('waiting', 'sent', 'given up')),
  attempts     integer not null default 0,
  next_try_at  timestamptz not null default clock_timestamp(),
  leased_until timestamptz,
  error        text,
  created_at   timestamptz not null default clock_timestamp(),
  ended_at     timestamptz,
  check ((status = 'waiting') = (ended_at is null))
);
create index alert_messages_waiting_idx on property_manager.alert_messages (channel, next_try_at)
  where status = 'waiting';
create index alert_messages_channel_idx on property_manager.alert_messages (channel, kind, part, created_at);
comment on table property_manager.alert_messages is 'Messages that tell alerts, each by one channel, and how their delivery went.';
comment on column property_manager.alert_messages.id is 'Sent with every attempt: a receiver that knows it has the message already.';
comment on column property_manager.alert_messages.leased_until is 'A sender has it until then.';

create table property_manager.alert_tellings (
  alert_id   bigint not null references property_manager.alerts (id) on delete cascade,
  channel    text not null,
  part       text not null,
  message_id uuid not null references property_manager.alert_messages (id) on delete cascade,
  primary key (alert_id, channel, part)
);
create index alert_tellings_message_id_idx on property_manager.alert_tellings (message_id);
comment on table property_manager.alert_tellings is 'Which message tells an alert by a channel: one, for its beginning and for its end.';

grant select on property_manager.alerts, property_manager.alert_searches, property_manager.alert_channels,
  property_manager.alert_messages, property_manager.alert_tellings to service_role;

-- what is looked for every minute, however many sessions there have been
create index scraping_sessions_held_idx on public.scraping_sessions (source_id) where sync_status = 'held';
create index scraping_sessions_unfinished_idx on public.scraping_sessions (scope_id, created_at)
  where status <> 'completed';
