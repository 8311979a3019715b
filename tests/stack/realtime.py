"""A stand-in for Supabase's Realtime in the database: its schema, by the signatures that it publishes.

The service itself, which takes the messages from the table to browsers, is no part of it: it is to be had as
an image only. As in the real one the table is partitioned by day, a message that cannot be stored is a
warning, and its policies for `select`, asked with the topic as a setting, decide who may hear a topic.
"""

from __future__ import annotations

from typing import Final

import asyncpg

SCHEMA: Final = """
create schema realtime;
create table realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default now(),
  inserted_at timestamp not null default now(),
  id uuid not null default gen_random_uuid(),
  primary key (id, inserted_at)
) partition by range (inserted_at);
alter table realtime.messages enable row level security;

create function realtime.topic() returns text language sql stable as
  $$ select nullif(current_setting('realtime.topic', true), '') $$;

create function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void language plpgsql as $$
declare
  message constant uuid := gen_random_uuid();
begin
  execute format('set local realtime.topic to %L', topic);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (message, jsonb_build_object('id', message) || payload, event, topic, private, 'broadcast');
exception when others then
  raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;

grant usage on schema realtime to anon, authenticated, service_role, property_manager;
grant select on realtime.messages to anon, authenticated, service_role;
grant select, insert on realtime.messages to property_manager;
-- a project's `postgres` is above policies
create policy the_login_sends on realtime.messages for insert to property_manager with check (true);
"""
TODAY: Final = "create table realtime.messages_of_today partition of realtime.messages default"
OWNED: Final = "alter table realtime.messages owner to property_manager"


async def install(superuser: asyncpg.Connection, *, partition: bool = True, owned: bool = True) -> None:
    """Make the schema; `partition`: a client has connected lately, `owned`: the login may make policies."""
    await superuser.execute(SCHEMA)
    if partition:
        await superuser.execute(TODAY)
    if owned:  # a project's `postgres` may, by an extension that is to be had on its servers only
        await superuser.execute(OWNED)
