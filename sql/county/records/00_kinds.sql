-- The kinds of county records, as config/county/kinds.py declares them, and which sources are of one.

-- The kind of the records of a source; null where they are listings.
create function property_manager.record_kind(p_source public.sources) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select nullif(p_source.facts ->> 'records', 'listings')
$$;

-- The same of a session's source.
create function property_manager.session_kind(p_session uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select property_manager.record_kind(f)
  from public.scraping_sessions s join public.sources f on f.id = s.source_id
  where s.id = p_session
$$;

-- The field of live that says whether what a source shows is still there.
create function property_manager.status_field(p_source public.sources) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when property_manager.record_kind(p_source) is null then 'status' else 'record_status' end
$$;

-- What the rows of a source are called in a sentence.
create function property_manager.records_word(p_source public.sources) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when property_manager.record_kind(p_source) is null then 'listings' else 'records' end
$$;

-- The fields of each kind, in their order.
create view property_manager.record_fields as
select f.kind, f.field_name, f.place, f.sql_type, f.read, f.compare, f.tolerance, f.personal, f.compared
from (values
  /*each record ", "*/
  ('{kind}', '{name}', {place}, '{sql}', '{read}', '{compare}', {tolerance}::numeric, {personal}, {compared})
  /*end*/
) f (kind, field_name, place, sql_type, read, compare, tolerance, personal, compared);

-- The live records of all kinds. Where the kind is known to the planner, it reads that table alone. `image`
-- is a record as its audit has it.
create view property_manager.live_records as
/*each kind " union all "*/
select '{name}'::text as kind, l.id, l.source, l.record_id, l.record_status, l.change_set_id, l.updated_at,
  (select to_jsonb(i) from (select {live_columns}, l.record_status) i) as image
from county.{name} l
/*end*/;
revoke all on property_manager.record_fields, property_manager.live_records from public;

-- Refuses what only listings have, of a source of county records: an empty answer would mislead.
create function property_manager.refuse_records(p_source text, p_hint text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_kind text;
begin
  select property_manager.record_kind(f) into v_kind from public.sources f where f.name = p_source;
  if v_kind is not null then
    raise exception 'source % has county records (%), not listings', p_source, v_kind
      using errcode = 'PMUSE', hint = p_hint;
  end if;
end
$$;
