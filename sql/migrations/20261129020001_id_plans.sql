-- The ids of a source's listings can change: planned and shown, applied by a change set, undone by another. Sources can be
-- merged.

alter table property_manager.change_sets drop constraint change_sets_origin_check;
alter table property_manager.change_sets add constraint change_sets_origin_check
  check (origin in ('sync', 'edit', 'rollback', 'erase', 'migrate', 'compact', 'rename', 'ids', 'merge'));

-- A saved plan to give listings of a source other ids.
create table property_manager.id_plans (
  id            uuid primary key default gen_random_uuid(),
  source_id     integer not null references public.sources (id) on delete cascade,
  session_id    uuid,
  status        text not null check (status in ('ready', 'refused', 'applied', 'superseded', 'discarded')),
  rule          jsonb,
  rule_before   jsonb,
  counts        jsonb not null,
  created_at    timestamptz not null default now(),
  decided_at    timestamptz,
  decided_by    text,
  change_set_id bigint
);
create index id_plans_source_id_idx on property_manager.id_plans (source_id, created_at);
comment on table property_manager.id_plans is 'Changes of listings'' ids: planned, and what was decided.';
comment on column property_manager.id_plans.session_id is 'The session that showed the homes under other ids; null for a rule that a user asked for.';
comment on column property_manager.id_plans.rule is 'Where pages have their ids from then on (scrapers.ids.Rule); null for ids of a file.';
comment on column property_manager.id_plans.counts is '{listings, moves, merges, splits, stays}.';

create table property_manager.id_moves (
  plan_id    uuid not null references property_manager.id_plans (id) on delete cascade,
  listing_id uuid not null,
  old_id     text not null,
  new_id     text not null,
  witness    text not null,
  verdict    text not null check (verdict in ('moves', 'merges', 'splits')),
  primary key (plan_id, listing_id, new_id)
);
comment on column property_manager.id_moves.witness is 'What says that it is the same home: its url, its address, the spelling of its id, or the rule.';
comment on column property_manager.id_moves.verdict is 'merges: another home would have the new id too. splits: the listing would have several ids; it keeps its own.';

-- Under which ids a listing was known before. It outlives the audit, which is compacted.
create table property_manager.former_ids (
  source_id   integer not null references public.sources (id) on delete cascade,
  property_id text not null,
  listing_id  uuid not null,
  changed_at  timestamptz not null,
  primary key (source_id, property_id, listing_id)
);
create index former_ids_listing_id_idx on property_manager.former_ids (listing_id);
comment on table property_manager.former_ids is 'Ids that listings had before a change of ids: they are still found by them.';
