-- Reasons in the ids: a known source of which every row is new, one id for several homes, rows that are older
-- than what live shows.

-- The limits of a source's guard. A limit that its facts do not have yet, as it was registered before there
-- was one, is the default.
create function property_manager.guard_limits(p_source public.sources) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select property_manager.default_facts(p_source.name) -> 'guard' || (p_source.facts -> 'guard')
$$;

-- Rows with ids that the source never had, where the scope has been synced before: ids that were respelled or
-- renumbered would make a second catalogue. A feed sends only what changed, which may all be new; pages are
-- crawled because they are new, and one whose address is known keeps its id.
create function property_manager.guard_new_ids(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with limits as (
    select g.* from jsonb_to_record(property_manager.guard_limits(p_source)) as g (new_share numeric,
      new_rows integer)
  ), figures as (
    select (p_plan.metrics ->> 'new_properties')::numeric as new,
      (p_plan.metrics ->> 'total_scraped')::numeric - (p_plan.metrics ->> 'quarantined_properties')::numeric
        - (p_plan.metrics ->> 'superseded_rows')::numeric as usable
  )
  select 'all_new', format('%s of %s rows have ids that source %s never had, such as %s; it had such as %s: '
      'if these are the same homes, their ids were respelled or the id is another column: correct the id, '
      'else approve the plan',
    new, usable, p_source.name,
    (select string_agg(r.property_id, ', ' order by r.property_id) from (
      select property_id from property_manager.plan_rows
      where plan_id = p_plan.id and action = 'create' order by property_id limit 3) r),
    (select string_agg(k.property_id, ', ' order by k.property_id) from (
      select property_id from property_manager.listing_scopes
      where scope_id = p_session.scope_id order by property_id limit 3) k))
  from figures, limits
  where usable >= new_rows and new > new_share * usable
    and property_manager.is_established(p_session, p_source)
    and coalesce(p_session.filters_applied #> '{feed,since}', 'null') = 'null'
    and not property_manager.is_crawl(p_session)
$$;

-- Rows that lost to another row of their id, where the plan writes that listing: how the two differ in what
-- describes a home, in their urls and in their prices.
create function property_manager.lost_rows(p_plan property_manager.plans)
returns table (property_id text, other_home text, other_url text, far_price text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.property_id, c.other_home,
    case when (c.other_home is not null or lost.price <> kept.price) and lost.source_url <> kept.source_url
      then format('%s and %s', lost.source_url, kept.source_url) end,
    case when lost.price > 0 and kept.price > 0 and lost.currency is not distinct from kept.currency
        and lost.operation_type is not distinct from kept.operation_type
        and greatest(lost.price, kept.price) >= 10 * least(lost.price, kept.price)
      then format('%s and %s', property_manager.format_value(to_jsonb(lost.price)),
        property_manager.format_value(to_jsonb(kept.price))) end
  from property_manager.superseded x
  join property_manager.plan_rows r on r.plan_id = p_plan.id and r.row_no = x.winner
  cross join lateral /*use staged x.session_id, x.row_no*/ lost
  cross join lateral /*use staged x.session_id, x.winner*/ kept
  cross join lateral (select case
    when lower(/*use collapse_space lost.address*/)
      <> lower(/*use collapse_space kept.address*/)
      then format('"%s" and "%s"', left(lost.address, 60), left(kept.address, 60))
    when lower(/*use collapse_space lost.title*/)
      <> lower(/*use collapse_space kept.title*/)
      then format('"%s" and "%s"', left(lost.title, 60), left(kept.title, 60))
    when lost.bedrooms <> kept.bedrooms then format('%s and %s bedrooms', lost.bedrooms, kept.bedrooms)
    when lost.bathrooms <> kept.bathrooms then format('%s and %s bathrooms', lost.bathrooms, kept.bathrooms)
    when lost.covered_area_m2 <> kept.covered_area_m2
      then format('%s and %s m²', lost.covered_area_m2, kept.covered_area_m2)
    when lost.total_area_m2 <> kept.total_area_m2
      then format('%s and %s m²', lost.total_area_m2, kept.total_area_m2)
    when lost.lot_size_m2 <> kept.lot_size_m2
      then format('%s and %s m² of land', lost.lot_size_m2, kept.lot_size_m2)
    when lost.latitude <> kept.latitude or lost.longitude <> kept.longitude
      then format('%s, %s and %s, %s', lost.latitude, lost.longitude, kept.latitude, kept.longitude)
    end) c (other_home)
  where x.session_id = p_plan.session_id
$$;

-- One id for several homes: more rows than usual that describe another home than the row of their id that
-- goes live, and ids with two urls or with prices ten times apart.
create function property_manager.guard_shared_ids(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with lost as materialized (
    select * from property_manager.lost_rows(p_plan)
  ), counted as (
    select count(other_home) as homes, count(other_url) as urls, count(far_price) as prices from lost
  ), faults as (
    select 'shared_ids' as code, format('%s of %s rows have the id of another row and describe another home',
      homes, p_plan.metrics ->> 'total_scraped') as what, 'other_home' as kind
    from counted
    where homes >= 2 and homes > (property_manager.guard_limits(p_source) ->> 'superseded_share')::numeric
      * (p_plan.metrics ->> 'total_scraped')::numeric
    union all
    select 'two_urls', format('%s row%s the id of another row and another url', urls,
      case when urls = 1 then ' has' else 's have' end), 'other_url'
    from counted where urls > 0
    union all
    select 'prices_apart', format('%s row%s the id of another row and a price ten times apart', prices,
      case when prices = 1 then ' has' else 's have' end), 'far_price'
    from counted where prices > 0
  )
  select f.code, format('%s: %s; see session-details --session-id %s --superseded; name an id that tells the '
    'homes apart, or approve the plan, and the later rows go live', f.what, (
      select string_agg(format('%s (%s)', e.property_id, e.text), ', ' order by e.property_id)
      from (
        select distinct on (l.property_id) l.property_id, t.text
        from lost l
        cross join lateral (select to_jsonb(l) ->> f.kind) t (text)
        where t.text is not null
        order by l.property_id, t.text limit 3
      ) e
    ), left(p_session.id::text, 8))
  from faults f
$$;

-- Rows that state themselves when they are of, and are older than what live has: an old file. So are absences
-- from such a file.
create function property_manager.guard_older_rows(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with newest as materialized (
    select max(s.scraped_at) as moment
    from public.property_scrapes_staging s
    where s.session_id = p_session.id and property_manager.states_times(p_session)
      and s.scraped_at < p_session.started_at - interval '1 minute'
  ), older as (
    select r.property_id, coalesce(s.scraped_at, newest.moment) as moment, l.scraped_at as shown
    from property_manager.plan_rows r
    cross join newest
    join public.properties_live l on l.id = r.listing_id
    left join lateral /*use staged p_session.id, r.row_no*/ s on true
    where r.plan_id = p_plan.id and newest.moment is not null
      and coalesce(s.scraped_at, newest.moment) < l.scraped_at
  )
  select 'older_rows', format('%s listing%s would change by rows that are older than what live shows, '
      'such as %s (of %s, live is of %s): import the newest file last, or approve the plan to go back',
    count(*), case when count(*) = 1 then '' else 's' end, (array_agg(property_id order by property_id))[1],
    (array_agg(property_manager.format_moment(moment) order by property_id))[1],
    (array_agg(property_manager.format_moment(shown) order by property_id))[1])
  from older
  having count(*) > 0
$$;

-- Plans other ids for listings that a session shows under ids that the source never had, if these are most of
-- what it shows. Out: the plan, or null.
create function property_manager.plan_session_ids(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_new      constant numeric := (p_plan.metrics ->> 'new_properties')::numeric;
  v_usable   constant numeric := (p_plan.metrics ->> 'total_scraped')::numeric
    - (p_plan.metrics ->> 'quarantined_properties')::numeric
    - (p_plan.metrics ->> 'superseded_rows')::numeric;
  v_listings uuid[];
  v_ids      text[];
  v_witness  text[];
begin
  if v_new < 2 or v_new <= 0.5 * v_usable
    or not exists (select from public.properties_live l where l.source = p_source.name) then
    return null;
  end if;
  select array_agg(h.listing_id), array_agg(h.new_id), array_agg(h.witness)
  into v_listings, v_ids, v_witness
  from property_manager.renamed_homes(p_session) h;
  if coalesce(cardinality(v_ids), 0) < 2 or cardinality(v_ids) <= 0.5 * v_usable then
    return null;
  end if;
  return property_manager.save_id_plan(p_source, p_session.id, null, v_listings, v_ids, v_witness);
end
$$;

-- Homes that the source has under other ids: taken as new they would make a second catalogue.
-- In: the plan of ids.
create function property_manager.guard_renamed(p_ids uuid) returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'ids_changed', format('%s of the listings of source %s are shown under other ids, such as %s: '
      'they are the same homes by their %s. %s', m.listings, s.name, m.examples, m.witnesses, case p.status
    when 'ready' then format('To keep them, with their history, under the new ids: sync --approve %1$s; see '
      'plans show %1$s', left(p.id::text, 8))
    else format('The new ids cannot be theirs, as two homes would become one: see plans show %s; correct the '
      'id column', left(p.id::text, 8)) end)
  from property_manager.id_plans p
  join public.sources s on s.id = p.source_id
  cross join lateral (
    select count(distinct listing_id) as listings, string_agg(distinct witness, ' and ') as witnesses,
      string_agg(format('%s → %s', old_id, new_id), ', ' order by old_id, new_id)
        filter (where nth <= 3) as examples
    from (
      select w.*, row_number() over (order by w.old_id, w.new_id) as nth
      from property_manager.id_moves w where w.plan_id = p.id
    ) w
  ) m
  where p.id = p_ids
$$;
