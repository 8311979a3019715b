-- The three fields that change in the most rows of a plan, and how: newly mapped or shown, filled where there
-- was nothing, emptied, or changed.
create function property_manager.what_changes(p_plan property_manager.plans,
  p_session public.scraping_sessions) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with declared as (
    select (
      /*use declared_before p_session*/
    ) as before
  ), fields as (
    select c.field_name, count(*) as rows,
      count(*) filter (where coalesce(c.old_value, 'null') = 'null') as filled,
      count(*) filter (where coalesce(c.new_value, 'null') = 'null') as emptied
    from property_manager.plan_changes c
    join property_manager.plan_rows r on r.plan_id = c.plan_id and r.property_id = c.property_id
    where c.plan_id = p_plan.id and r.action = 'update'
    group by c.field_name
    order by count(*) desc, c.field_name limit 3
  )
  select string_agg(format('%s %s in %s', f.field_name, case
    when 2 * f.filled > f.rows and d.before is not null and f.field_name <> all (d.before)
      then 'is new to this source and fills a gap'
    when 2 * f.filled > f.rows then 'gets a value where there was none'
    when 2 * f.emptied > f.rows then 'loses its value'
    else 'differs' end, f.rows), ', ' order by f.rows desc, f.field_name)
  from fields f, declared d
$$;

-- Reasons in the size of the plan, against what the source expects and the scope's history: few rows, many
-- listings that leave, many that change. A first session has no history.
create function property_manager.guard_volume(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with limits as (
    select g.* from jsonb_to_record(p_source.facts -> 'guard') as g (
      least_rows integer, most_rows integer,
      least_share_of_median numeric, leaving_share numeric, leaving_rows integer, leaving_share_small numeric,
      leaving_rows_small integer, changed_share numeric, changed_rows integer)
  ), history as (
    /*use usual_rows p_session*/
  ), figures as (
    select
      (p_plan.metrics ->> 'total_scraped')::numeric as scraped,
      (select count(*) from property_manager.plan_changes
        where plan_id = p_plan.id and field_name = property_manager.status_field(p_source)
          and old_value = '"active"')::numeric as leaving,
      (p_plan.metrics ->> 'updated_properties')::numeric as changed
  ), market as (
    -- sold listings that the source still shows cannot leave, so they are not counted. Counted only when it
    -- matters, and no further than where those that leave are too few. The status is a lookup apart from the
    -- key: of a table that was never analyzed the planner would read the whole index on status, for every
    -- listing
    select count(*)::numeric as on_market
    from (
      select from property_manager.listing_scopes k
      where k.scope_id = p_session.scope_id and k.misses = 0
        and (property_manager.record_kind(p_source) is not null
          or (select l.status from public.properties_live l
            where l.source = p_source.name and l.property_id = k.property_id) = 'active')
        and (select leaving >= least(leaving_rows, leaving_rows_small) from limits, figures)
      limit (select ceil(leaving / nullif(least(leaving_share, leaving_share_small), 0)) from limits, figures)
    ) enough
  )
  select 'unexpected_rows', format('%s rows, and the source expects %s: check the site or the file, then '
    'approve the plan or correct [guard] of the source', scraped,
    concat_ws(' and ', 'at least ' || nullif(least_rows, 0), 'at most ' || most_rows))
  from limits, figures
  where p_session.verdict = 'complete' and (scraped < least_rows or scraped > most_rows)
  union all
  select 'few_rows',
    format('%s rows, usual %s: looks like an outage or a block; '
        'check the site, then approve the plan or %s again',
    scraped, round(usual),
    case when property_manager.record_kind(p_source) is null then 'scrape' else 'load' end)
  from limits, history, figures
  where p_session.verdict = 'complete' and scraped < least_share_of_median * usual
  union all
  select 'many_leaving',
    format('%s of %s %s (%s %%): check the site, then approve the plan or %s again', leaving, on_market,
      w.would, round(100 * leaving / on_market), w.again)
  from limits, figures, market, (select case when property_manager.record_kind(p_source) is null
      then 'listings would leave the market' else 'records would be gone' end,
    case when property_manager.record_kind(p_source) is null then 'scrape' else 'load' end) w (would, again)
  where on_market > 0 and ((leaving > leaving_share * on_market and leaving > leaving_rows)
    or (leaving > leaving_share_small * on_market and leaving >= leaving_rows_small))
  union all
  select 'many_changed',
    format('%s of %s known rows would change (%s %%): %s; compare with plans show, then approve',
    changed, known, round(100 * changed / known), property_manager.what_changes(p_plan, p_session))
  from limits, figures, lateral (select case
    -- a feed sends only what changed: listings that it does not send did not change
    when p_session.filters_applied #> '{feed,since}' <> 'null'
      then (select count(*) from property_manager.listing_scopes k where k.scope_id = p_session.scope_id)
    else scraped - (p_plan.metrics ->> 'new_properties')::numeric
    - (p_plan.metrics ->> 'quarantined_properties')::numeric - (
      p_plan.metrics ->> 'superseded_rows')::numeric end as known) k
  where known > 0 and changed > changed_rows
    -- pages that were crawled because their listings have moved do change
    and changed - coalesce((p_session.filters_applied #>> '{crawl,moved}')::numeric, 0)
      > changed_share * known
$$;
