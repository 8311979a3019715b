-- A source of which nothing has gone live, and whose listings are mostly those of another source: its name
-- was forgotten or mistyped, and applying it would double a catalogue. Looked at in at most a thousand of the
-- new listings, chosen by the hash of their ids. One is the other's when it has its id and its url; where
-- both have none of their own, its id and its title.
create function property_manager.guard_source(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = on as $$
  with looked_at as materialized (
    select t.property_id, t.source_url, t.title
    from (
      select r.row_no from property_manager.plan_rows r
      where r.plan_id = p_plan.id and r.action = 'create'
        and not exists (select from public.properties_live l where l.source = p_source.name)
      order by hashtext(r.property_id), r.property_id limit 1000
    ) r
    cross join lateral /*use staged p_session.id, r.row_no*/ t
  ), alike as (
    select f.name, count(*) as listings
    from looked_at t
    cross join public.sources f
    cross join lateral (
      select l.source_url, l.title from public.properties_live l
      where l.source = f.name and l.property_id = t.property_id
      offset 0 -- looked up by its key
    ) l
    where f.id <> p_source.id and f.merged_into is null
      and (l.source_url = t.source_url
        or (l.source_url = 'import:' || f.name || '/' || t.property_id and l.title = t.title
          and t.source_url = 'import:' || p_source.name || '/' || t.property_id))
    group by f.name
    order by count(*) desc, f.name limit 1
  )
  select 'listings_of_another_source', format(
    'these look like the listings of source %1$s, which has %2$s of the %3$s looked at: '
      'did you mean --source %1$s? If not, approve the plan; if so: sources remove %4$s',
    a.name, a.listings, n.looked_at, p_source.name)
  from alike a, (select count(*) as looked_at from looked_at) n
  where a.listings > 0.5 * n.looked_at
$$;
