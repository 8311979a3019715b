-- What speaks against the rows of a session before it ends: read beside the last session of its scope that
-- was applied. What a person has approved is the usual from then on.

-- Whether a share of rows counts as all of them, and as none.
create function property_manager.fooled_by()
returns table (least_rows integer, usual_share numeric, lost_share numeric, same_share numeric,
  first_same_share numeric)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  values (10, 0.5, 0.05, 0.5, 0.8)
$$;

-- The figures of the session before in the scope that was applied last; no row where there is none.
create function property_manager.figures_before(p_session public.scraping_sessions)
returns table (figures jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.figures from property_manager.session_profiles p
  left join public.scraping_sessions s on s.id = p.session_id
  where p.scope_id = p_session.scope_id and p.session_id <> p_session.id
    and (s.id is null or s.sync_status = 'completed')
  order by p.completed_at desc limit 1
$$;

-- Fields that nearly every row filled and nearly none does now: the site has another layout.
create function property_manager.lost_fields(p_session public.scraping_sessions, p_rows bigint)
returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with before as (
    select a.figures from property_manager.figures_before(p_session) a
  ), usual as (
    select f.name, f.filled::numeric / (b.figures ->> 'offered')::numeric as share
    from before b cross join lateral jsonb_each_text(b.figures -> 'filled') f (name, filled)
    where (b.figures ->> 'offered')::numeric > 0
  ), counted as materialized (
    select array[/*each compared ", "*/count(s.{name})/*end*/]::bigint[] as filled
    from public.property_scrapes_staging s
    where s.session_id = p_session.id
      and exists (select from usual)
  ), lost as (
    select u.name, u.share, f.filled
    from counted c
    cross join unnest(c.filled, array[/*each compared ", "*/'{name}'/*end*/]) f (filled, name)
    join usual u on u.name = f.name
    join property_manager.fooled_by() k on true
    where p_rows >= k.least_rows and u.share >= k.usual_share and f.filled <= k.lost_share * p_rows
      and not coalesce((select o.facts -> 'volatile' ? u.name from public.sources o
        where o.id = p_session.source_id), false)
  )
  select 'layout_changed', format('%s: found on at most %s of %s pages, before on %s of them: the layout of '
      'the site has changed, or these are other pages',
    string_agg(l.name, ', ' order by l.nth) filter (where l.nth <= 4), max(l.filled), p_rows,
    property_manager.as_percent(min(l.share)::float8))
  from (select lost.*, row_number() over (order by share desc, name) as nth from lost) l
  having count(*) > 0
$$;

-- One title, description, price or place on at least half of the pages, three times as often as before;
-- without a session before, one title with one price on four fifths.
create function property_manager.repeated_values(p_session public.scraping_sessions, p_rows bigint)
returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with before as (
    select a.figures from property_manager.figures_before(p_session) a
  ), repeated as (
    select v.field, v.value, count(*) as rows
    from public.property_scrapes_staging s
    cross join lateral (values ('title', s.title), ('description', s.description), ('price', s.price::text),
      ('coordinates', s.latitude::text || ', ' || s.longitude::text)) v (field, value)
    join property_manager.fooled_by() k on p_rows >= k.least_rows
    where s.session_id = p_session.id and v.value is not null and exists (select from before)
    group by v.field, v.value
    having count(*) >= min(k.same_share) * p_rows
    union all
    select 'title and price', s.title || ', ' || s.price, count(*)
    from public.property_scrapes_staging s
    join property_manager.fooled_by() k on p_rows >= k.least_rows
    where s.session_id = p_session.id and s.title is not null and s.price is not null
      and not exists (select from before)
    group by s.title, s.price
    having count(*) >= min(k.first_same_share) * p_rows
  )
  select 'one_value_everywhere', format('one %s ("%s") is on %s of %s pages, which is new: these may be one '
    'page under many addresses', r.field, left(r.value, 60), r.rows, p_rows)
  from repeated r
  left join before b on true
  where r.rows::numeric / p_rows > 3 * coalesce((b.figures #>> array['repeated', r.field, 'rows'])::numeric
    / nullif((b.figures #>> array['repeated', r.field, 'of'])::numeric, 0), 0)
  order by r.rows desc, r.field limit 1
$$;

-- Far fewer rows than usual in a session that covered its scope.
create function property_manager.missing_rows(p_session public.scraping_sessions, p_rows bigint)
returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with history as (
    /*use usual_rows p_session*/
  )
  select 'few_rows', format('%s listings, usual %s: looks like an outage or a block', p_rows, round(usual))
  from history
  where p_rows < usual * (
    select (property_manager.guard_limits(o) ->> 'least_share_of_median')::numeric
    from public.sources o where o.id = p_session.source_id)
$$;

-- Everything that speaks against the rows of an open scrape. In: the verdict of its crawl.
create function api.judge_session(p_session uuid, p_verdict text) returns table (code text, sentence text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_session public.scraping_sessions;
  v_rows    bigint;
begin
  select * into v_session from public.scraping_sessions where id = p_session;
  select coalesce(max(row_no), 0) into v_rows from public.property_scrapes_staging
  where session_id = p_session;
  return query
  select * from property_manager.lost_fields(v_session, v_rows)
  union all
  select * from property_manager.repeated_values(v_session, v_rows)
  union all
  select * from property_manager.missing_rows(v_session, v_rows) where p_verdict = 'complete';
end
$$;
