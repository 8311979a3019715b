-- Identifies the active rule set: any change to an active rule changes the number.
create function property_manager.rules_version() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select hashtextextended(coalesce(string_agg(rule_name || '/' || version, ',' order by rule_name), ''), 0)
  from public.validation_rules where is_active
$$;
