-- Rules that allow a share of a session's rows to fail: a larger one holds the plan (fail_above), or warns of
-- it (warn_above). The share is of the rows that the rule judges: those of the session that its conditions
-- name, without those that another row of their id replaced.

-- For each such rule that some row fails: how many rows, of how many that it judges, and the first of them.
-- Unchanged rows count, by what was found of their listing.
create function property_manager.rule_shares(p_session public.scraping_sessions)
returns table (rule_name text, failing bigint, judged bigint, warn_above numeric, fail_above numeric,
  first_row integer, reason text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_rule   public.validation_rules;
  v_sift   constant jsonb := property_manager.sifted(p_session.id);
  v_source constant text := (select f.name from public.sources f where f.id = p_session.source_id);
  v_rows   constant bigint := (v_sift ->> 'rows')::bigint - (v_sift ->> 'unusable')::bigint
    - (v_sift ->> 'superseded')::bigint;
  v_when   jsonb;
begin
  for v_rule in
    select * from property_manager.rules_of(v_source) r
    where r.rule_config ?| array['warn_above', 'fail_above'] order by r.rule_name
  loop
    rule_name := v_rule.rule_name;
    warn_above := (v_rule.rule_config ->> 'warn_above')::numeric;
    fail_above := (v_rule.rule_config ->> 'fail_above')::numeric;
    select count(distinct f.row_no), min(f.row_no) into failing, first_row
    from property_manager.findings f
    where f.session_id = p_session.id and f.rule_name = v_rule.rule_name and f.row_no is not null;
    select failing + coalesce(sum(c.cells), 0),
      least(first_row, min(c.first_rows[1])) into failing, first_row
    from property_manager.carried_findings(p_session.id) c
    where c.rule_name = v_rule.rule_name;
    continue when failing = 0;
    judged := v_rows;
    v_when := coalesce(v_rule.rule_config -> 'when', '{}'::jsonb) - 'source';
    -- of all rows it is no larger a share than of those that are judged, which are counted only where needed
    if v_when <> '{}' and failing <= coalesce(fail_above, warn_above) * v_rows then
      execute format('select count(*) from public.property_scrapes_staging s'
        ' where s.session_id = $1 and s.problem is null and %s'
        ' and not exists (select from property_manager.superseded x'
        '   where x.session_id = $1 and x.row_no = s.row_no)', property_manager.rule_condition(v_when))
        into judged using p_session.id;
    end if;
    judged := greatest(judged, failing);
    continue when failing <= coalesce(least(warn_above, fail_above), warn_above, fail_above) * judged;
    reason := coalesce(
      (
        select f.reason from property_manager.findings f
        where f.session_id = p_session.id and f.rule_name = v_rule.rule_name and f.row_no = first_row
        limit 1
      ), (
        select e.reason from property_manager.carried_examples(p_session.id) e
        where e.rule_name = v_rule.rule_name and e.row_no = first_row limit 1
      ));
    return next;
  end loop;
end
$$;

-- A share as sentences say it: 15 %, 0.4 %.
create function property_manager.percent(p_share numeric) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select trim_scale(round(100 * p_share, 1))::text || ' %'
$$;

-- What a rule's share comes to: "rule few_rooms: 12 of 80 rows (15 %) fail it, and it allows 5 %: such as row
-- 3, bedrooms 9 is outside 0 … 7".
create function property_manager.share_sentence(p_rule text, p_failing bigint, p_judged bigint,
  p_allowed numeric, p_row integer, p_reason text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('rule %s: %s of %s rows (%s) fail it, and it allows %s: such as row %s, %s', p_rule,
    p_failing, p_judged, property_manager.percent(p_failing::numeric / p_judged),
    property_manager.percent(p_allowed), p_row, p_reason)
$$;

-- Warns of a share that is larger than a rule says is usual, and does not hold the plan.
create function property_manager.warn_of_rules(p_session public.scraping_sessions)
returns table (sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select property_manager.share_sentence(s.rule_name, s.failing, s.judged, s.warn_above, s.first_row,
    s.reason)
  from property_manager.rule_shares(p_session) s
  where s.failing > s.warn_above * s.judged and coalesce(s.failing <= s.fail_above * s.judged, true)
$$;
