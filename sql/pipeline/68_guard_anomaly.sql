-- What is very unusual in a session beside the last ones of its scope.

-- The reasons in it. In: the reasons that hold the plan already, which say more where they are of the same.
create function property_manager.guard_unusual(p_session public.scraping_sessions, p_reasons jsonb)
returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'unusual', format('%s; see quality-report --session-id %s, then approve the plan or %s again',
    u.sentence, left(p_session.id::text, 8),
    case p_session.kind when 'import' then 'import' else 'scrape' end)
  from property_manager.unusual(p_session.id, 'severe', p_reasons) u
$$;
