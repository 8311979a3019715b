-- What was found of listings whose rows do not change: no rule looks at these rows again, and the finding
-- holds. The sift counts them for each rule and names the first rows.

-- For each rule and field of a session: how many unchanged rows it was found of, and the first three.
create function property_manager.carried_findings(p_session uuid)
returns table (rule_name text, rule_version integer, severity text, outcome text, field_name text,
  cells bigint, first_rows integer[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.rule, g.version, g.severity, g.outcome, g.field, g.rows, g.first
  from property_manager.sifted(p_session) sift
  cross join lateral jsonb_to_recordset(sift -> 'carried')
    as g (rule text, version integer, severity text, outcome text, field text, rows bigint, first integer[])
$$;

-- These first rows, each with what was found of its listing, as far as it still holds.
create function property_manager.carried_examples(p_session uuid)
returns table (rule_name text, rule_version integer, severity text, outcome text, field_name text,
  row_no integer, value text, reason text, readings jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.rule_name, c.rule_version, c.severity, c.outcome, c.field_name, s.row_no, w.value, w.reason,
    w.readings
  from property_manager.carried_findings(p_session) c
  cross join lateral unnest(c.first_rows) f (row_no)
  cross join lateral /*use staged p_session, f.row_no*/ s
  cross join lateral (
    select k.* from property_manager.listing_warnings k
    where k.source_id = (select source_id from public.scraping_sessions where id = p_session)
      and k.property_id = s.property_id and k.rule_name = c.rule_name
      and k.field_name is not distinct from c.field_name
    offset 0 -- looked up by its key
  ) w
$$;
