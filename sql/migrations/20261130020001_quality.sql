-- What is measured of each session, kept when its rows are gone: later sessions of its scope are compared with it.

-- What a session looked like: how many rows have a value of each field, how its numbers are spread, how often its
-- commonest values occur, what homes of a city and kind cost. No value of a single listing is kept.
create table property_manager.session_profiles (
  session_id    uuid primary key,
  source_id     integer not null references public.sources (id) on delete cascade,
  scope_id      integer not null references property_manager.scopes (id) on delete cascade,
  completed_at  timestamptz not null,
  verdict       text not null,
  content       bigint not null,
  rules_version bigint,
  figures       jsonb not null
);
create index session_profiles_scope_id_idx on property_manager.session_profiles (scope_id, completed_at);
create index session_profiles_source_id_idx on property_manager.session_profiles (source_id, completed_at);
comment on table property_manager.session_profiles is
  'What each session that was planned looked like. Of those that were applied, the newest of a scope are kept for good.';
comment on column property_manager.session_profiles.content is 'Equal for two sessions of a scope that show the same rows.';
comment on column property_manager.session_profiles.figures is
  '{rows, usable, offered, kept, declared, filled, checked, judged, bins, repeated, levels}: see sql/quality/20_profile.sql';

-- The measures of a session, by the characteristics of ISO/IEC 25012.
create table property_manager.quality_measures (
  session_id     uuid not null,
  characteristic text not null check (characteristic in ('completeness', 'coverage', 'validity', 'uniqueness',
    'freshness', 'consistency', 'integrity', 'accuracy', 'credibility')),
  measure        text not null,
  field          text not null default '',
  rule_name      text not null default '',
  source_id      integer not null references public.sources (id) on delete cascade,
  rule_version   integer,
  rules_version  bigint,
  numerator      bigint,
  denominator    bigint,
  reason         text,
  measured_at    timestamptz not null,
  primary key (session_id, characteristic, measure, field, rule_name),
  check ((reason is null) = (numerator is not null and denominator > 0)),
  check (numerator between 0 and denominator)
);
create index quality_measures_source_id_idx on property_manager.quality_measures (source_id);
comment on column property_manager.quality_measures.field is 'Empty for the record as a whole.';
comment on column property_manager.quality_measures.rule_name is 'Of a measure that is one rule; else empty.';
comment on column property_manager.quality_measures.rules_version is 'The rules that were active, as rules_version() had it; null where none ran.';
comment on column property_manager.quality_measures.reason is 'Why it is not assessed; null where it is.';

-- What is unusual in a session beside the last sessions of its scope.
create table property_manager.quality_anomalies (
  session_id  uuid not null,
  nth         integer not null,
  source_id   integer not null references public.sources (id) on delete cascade,
  scope_id    integer not null references property_manager.scopes (id) on delete cascade,
  kind        text not null check (kind in ('volume', 'null rate', 'distribution', 'repeated value', 'price level')),
  field       text,
  homes       text,
  severity    text not null check (severity in ('mild', 'severe')),
  value       double precision not null,
  usual       double precision not null,
  spread      double precision not null check (spread > 0),
  times       double precision not null,
  sessions    integer not null,
  sentence    text not null,
  measured_at timestamptz not null,
  primary key (session_id, nth)
);
create index quality_anomalies_scope_id_idx on property_manager.quality_anomalies (scope_id);
create index quality_anomalies_source_id_idx on property_manager.quality_anomalies (source_id);
comment on column property_manager.quality_anomalies.homes is 'Of a price level: the city, type and operation of the homes.';
comment on column property_manager.quality_anomalies.spread is 'The usual spread: the median distance from the median × 1.4826, or the least that counts.';
comment on column property_manager.quality_anomalies.times is 'How many usual spreads the value is off.';
comment on column property_manager.quality_anomalies.sessions is 'How many sessions it was compared with.';
grant select on property_manager.session_profiles, property_manager.quality_measures,
  property_manager.quality_anomalies to service_role;
