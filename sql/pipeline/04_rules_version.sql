-- The rules that judge the sessions of a source: those that are enabled, but for those of other sources.
create function property_manager.rules_of(p_source text) returns setof public.validation_rules
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.*
  from public.validation_rules r
  where r.is_active and coalesce(r.rule_config #> '{when,source}' @> to_jsonb(p_source), true)
$$;

-- Identifies the rule set of a source: any change to one of its rules changes the number.
create function property_manager.rules_version(p_source text) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select hashtextextended(coalesce(string_agg(rule_name || '/' || version, ',' order by rule_name), ''), 0)
  from property_manager.rules_of(p_source)
$$;
