-- Holds a session of which a larger share fails a rule than it allows.
create function property_manager.guard_rules(p_session public.scraping_sessions)
returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'rule_share', format('%s; see rules test %s --session-id %s, then correct the source or the rule, '
      'or approve the plan',
    property_manager.share_sentence(s.rule_name, s.failing, s.judged, s.fail_above, s.first_row, s.reason),
    s.rule_name, left(p_session.id::text, 8))
  from property_manager.rule_shares(p_session) s
  where s.failing > s.fail_above * s.judged
$$;
