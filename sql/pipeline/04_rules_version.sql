-- The rules that judge the sessions of a source: those that are enabled, but for those of other sources; of
-- county records those that are declared for them.
create function property_manager.rules_of(p_source text) returns setof public.validation_rules
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with source as (
    select (select property_manager.record_kind(f) from public.sources f where f.name = p_source) as kind
  )
  select r.*
  from public.validation_rules r
  where r.is_active and coalesce(r.rule_config #> '{when,source}' @> to_jsonb(p_source), true)
    and (select kind from source) is null
  union all
  select r.* from source cross join lateral property_manager.rules_of_records(source.kind) r
$$;

-- Identifies the rule set of a source: any change to one of its rules changes the number.
create function property_manager.rules_version(p_source text) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select hashtextextended(coalesce(string_agg(rule_name || '/' || version, ',' order by rule_name), ''), 0)
  from property_manager.rules_of(p_source)
$$;
