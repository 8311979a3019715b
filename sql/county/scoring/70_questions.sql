-- What may be asked of leads.

-- The three signals that give the most, in words; a place that every parcel begins with is none.
create function property_manager.best_signals(p_reasons jsonb) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(b.says order by b.points desc, b.nth), '{}')
  from (
    select s.says, s.nth, sum((r.reason ->> 'points')::numeric) as points
    from jsonb_array_elements(p_reasons) r (reason)
    join property_manager.score_signals() s on s.signal = r.reason ->> 'signal'
    where not r.reason ? 'missing' and s.signal <> 'start'
    group by s.says, s.nth
    having sum((r.reason ->> 'points')::numeric) > 0
    order by points desc, s.nth
    limit 3
  ) b
$$;

-- Leads, the most promising first: of a tier, a range of totals (both ends count), a city, after one (total
-- and
-- id). `best` are the signals that give the most. A tier is a range of totals, which the index has.
create function api.leads(p_county text, p_tier text, p_least numeric, p_most numeric, p_city text,
  p_after_total numeric, p_after uuid, p_limit integer)
returns table (property_id uuid, state text, county_fips text, parcel_id text, parcel_id_normalized text,
  address text, city text, postal_code text, latitude numeric, longitude numeric, total numeric, tier text,
  distress numeric, value numeric, location numeric, urgency numeric, confidence numeric, best text[],
  as_of date, score_version integer, scored_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
  select p.id, p.state, p.county_fips, p.parcel_id, p.parcel_id_normalized, p.address, p.city, p.postal_code,
    p.latitude, p.longitude, s.total, s.tier, s.distress, s.value, s.location, s.urgency, s.confidence,
    property_manager.best_signals(s.reasons), s.as_of, s.score_version, s.scored_at
  from county.lead_scores s
  join county.properties p on p.id = s.property_id
  where (p_tier is null or (s.tier = p_tier and s.total < (
      select coalesce(min(t.least), 101) from county.score_tiers t
      where t.version = (select c.version from property_manager.scoring c) and t.tier < p_tier)))
    and (p_least is null or s.total >= p_least)
    and s.total <= least(coalesce(p_most, 100), coalesce(p_after_total, 100))
    and (p_city is null or lower(p.city) = lower(p_city))
    and (p_county is null or starts_with(p.source, p_county || '.'))
    and (p_after is null or s.total < p_after_total or (s.total = p_after_total and s.property_id > p_after))
  order by s.total desc, s.property_id
  limit p_limit
$$;

-- The parcels that a text names: by the id as printed or normalised, with or without its dashes, or by the
-- start of the id that the database gave; of a county, or of all (null). At most three, to tell one from
-- many. Two orders of an id are in use: pairs one and three change places, and then the printed id must be
-- the text. Only a text that the rest of a UUID completes is the start of one: fifteen digits are none.
create function api.find_parcels(p_text text, p_county text)
returns table (property_id uuid, county text, state text, county_fips text, parcel_id text,
  parcel_id_normalized text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with recursive counties as (
    (select state, county_fips from county.properties order by 1, 2 limit 1)
    union all
    select n.state, n.county_fips
    from counties c
    cross join lateral (
      select p.state, p.county_fips from county.properties p
      where (p.state, p.county_fips) > (c.state, c.county_fips) order by 1, 2 limit 1) n
  ), bare as (
    select upper(regexp_replace(p_text, '[^[:alnum:]]', '', 'g')) as id
  ), named as (
    select p.* from counties c cross join bare b
    join county.properties p on p.state = c.state and p.county_fips = c.county_fips
      and (p.parcel_id_normalized in (p_text, b.id)
        or (p.parcel_id_normalized = substr(b.id, 5, 2) || substr(b.id, 3, 2) || left(b.id, 2) || substr(b.id,
          7)
          and upper(regexp_replace(p.parcel_id, '[^[:alnum:]]', '', 'g')) = b.id))
    union
    select p.* from county.properties p
    where p_text ~ '^[0-9a-f]{8}'
      and overlay('00000000-0000-0000-0000-000000000000' placing p_text from 1)
        ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      and p.id between overlay('00000000-0000-0000-0000-000000000000' placing p_text from 1)::uuid
        and overlay('ffffffff-ffff-ffff-ffff-ffffffffffff' placing p_text from 1)::uuid
  )
  select id, split_part(source, '.', 1), state, county_fips, parcel_id, parcel_id_normalized
  from named
  where p_county is null or starts_with(source, p_county || '.')
  order by id
  limit 3
$$;

-- The reasons of a score, line by line, in the order of components and signals: the points sum to the
-- components, what they add to the total (each rounded so that the sum is kept) sums to it.
create function property_manager.reason_lines(p_reasons jsonb, p_record uuid, p_def jsonb)
returns table (signal text, component text, category text, says text, points numeric, adds numeric,
  value numeric,
  day date, kind text, record uuid, missing text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with lines as (
    select r.signal, coalesce(s.component, r.component) as component, coalesce(s.category,
      r.category) as category,
      coalesce(s.says, case when r.category is null then 'no component passes 100'
        else format('all of %s gives %s at most', r.category, p_def #>> array['caps', r.component,
          r.category]) end)
        as says,
      r.points, r.value, r.day, s.kind,
      coalesce(r.record, case when s.kind = 'property_records' and r.missing is null
        then p_record end) as record,
      case when r.missing then s.missing end as missing,
      row_number() over (order by array_position(property_manager.score_components(), coalesce(s.component,
        r.component)), s.nth nulls last, r.nth) as nth
    from rows from (jsonb_to_recordset(p_reasons) as (signal text, component text, category text,
      points numeric,
      value numeric, day date, record uuid, missing boolean)) with ordinality
      as r (signal, component, category, points, value, day, record, missing, nth)
    left join property_manager.score_signals() s on s.signal = r.signal
  ), summed as (
    select l.*, sum(l.points * (p_def #>> array['weights', l.component])::numeric) over (order by l.nth)
      as so_far
    from lines l
  )
  select signal, component, category, says, points,
    round(so_far, 2) - coalesce(lag(round(so_far, 2)) over (order by nth), 0), value, day, kind, record,
      missing
  from summed order by nth
$$;

-- A lead with its parcel, its score, each reason, the values that are three things, and the last days on
-- which it
-- changed; no row of a parcel that was not scored.
create function api.lead(p_property uuid, p_days integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('property_id', p.id, 'state', p.state, 'county_fips', p.county_fips,
    'parcel_id', p.parcel_id, 'parcel_id_normalized', p.parcel_id_normalized, 'address', p.address, 'city',
      p.city,
    'postal_code', p.postal_code, 'latitude', p.latitude::float8, 'longitude', p.longitude::float8,
    'roll_year', r.roll_year,
    'market_value', r.market_value::float8, 'assessed_value', r.assessed_value::float8,
    'taxable_value', r.taxable_value::float8, 'lien_amount', r.lien_amount::float8,
    'total', s.total::float8, 'tier', s.tier, 'distress', s.distress::float8, 'value', s.value::float8,
    'location', s.location::float8, 'urgency', s.urgency::float8, 'confidence', s.confidence::float8,
    'weights', property_manager.score_definition(s.score_version) -> 'weights',
    'score_version', s.score_version, 'as_of', s.as_of, 'next_change_on', s.next_change_on, 'scored_at',
      s.scored_at,
    'reasons', (select coalesce(jsonb_agg(jsonb_build_object('signal', l.signal, 'component', l.component,
        'category', l.category, 'says', l.says, 'points', l.points::float8, 'adds', l.adds::float8,
        'value', l.value::float8, 'day', l.day, 'kind', l.kind, 'record', l.record, 'missing', l.missing)),
          '[]')
      from property_manager.reason_lines(s.reasons, s.record,
        property_manager.score_definition(s.score_version)) l),
    'history', (select coalesce(jsonb_agg(to_jsonb(h) order by h.day desc), '[]') from (
      select snapshot_date as day, total::float8, tier, distress::float8, value::float8, location::float8,
        urgency::float8, confidence::float8, score_version
      from county.lead_score_history where property_id = p.id order by snapshot_date desc limit p_days) h),
    'moves', (select coalesce(jsonb_agg(to_jsonb(m) order by m.at desc), '[]') from (
      select from_tier, to_tier, from_total::float8, to_total::float8, by_version, score_version, as_of, at
      from property_manager.tier_changes where property_id = p.id order by id desc limit p_days) m))
  from county.lead_scores s
  join county.properties p on p.id = s.property_id
  left join county.property_records r on r.id = s.record
  where s.property_id = p_property
$$;

-- How many leads each tier had at the end of the last day that scored, and of the one before it.
create function api.tier_counts()
returns table (tier text, leads bigint, before bigint, day date, day_before date, score_version integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with days as (
    select day, lead(day) over (order by day desc) as day_before
    from (select distinct day from property_manager.tier_counts order by day desc limit 2) d
    order by day desc limit 1
  )
  select c.tier, c.leads, b.leads, d.day, d.day_before, c.score_version
  from days d
  join property_manager.tier_counts c on c.day = d.day
  left join property_manager.tier_counts b on b.day = d.day_before and b.tier = c.tier
  order by c.tier
$$;

-- How many leads each tier had at the end of each of the last days that scored, the oldest first.
create function api.tier_days(p_days integer) returns table (day date, tier text, leads bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.day, c.tier, c.leads from property_manager.tier_counts c
  where c.day in (select distinct day from property_manager.tier_counts order by day desc limit p_days)
  order by c.day, c.tier
$$;

-- Leads that entered a tier since a moment, after a change (its id), in the order in which they did: a row a
-- change, with the reasons that count now. One that other weights moved says so.
create function api.entered_tier(p_tier text, p_since timestamptz, p_after bigint, p_limit integer)
returns table (id bigint, property_id uuid, state text, county_fips text, parcel_id text,
  parcel_id_normalized text, address text, city text, from_tier text, to_tier text, from_total numeric,
  to_total numeric, by_version boolean, score_version integer, as_of date, at timestamptz, tier_now text,
  best text[], reasons jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.id, c.property_id, p.state, p.county_fips, p.parcel_id, p.parcel_id_normalized, p.address, p.city,
    c.from_tier, c.to_tier, c.from_total, c.to_total, c.by_version, c.score_version, c.as_of, c.at, s.tier,
    property_manager.best_signals(s.reasons), s.reasons
  from property_manager.tier_changes c
  join county.properties p on p.id = c.property_id
  left join county.lead_scores s on s.property_id = c.property_id
  where c.to_tier = p_tier and (p_since is null or c.at >= p_since) and c.id > coalesce(p_after, 0)
  order by c.id
  limit p_limit
$$;

-- Drops the history of whole years before one, with the moves of these years. Out: the years and their rows;
-- nothing is dropped by a dry run.
create function api.drop_score_years(p_before integer, p_dry_run boolean)
returns table (year integer, scores bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_table record;
begin
  perform from property_manager.scoring for update;
  if p_before > extract(year from clock_timestamp()) then
    raise exception 'the year % is not over: its history stays', extract(year from clock_timestamp())
      using errcode = 'PMUSE', hint = 'give this year or an earlier one';
  end if;
  for v_table in
    select c.relname, right(c.relname, 4)::integer as year
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'county.lead_score_history'::regclass and right(c.relname, 4)::integer < p_before
    order by 1
  loop
    year := v_table.year;
    execute format('select count(*) from county.%I', v_table.relname) into scores;
    if not p_dry_run then
      execute format('drop table county.%I', v_table.relname);
      delete from property_manager.tier_changes where as_of < make_date(v_table.year + 1, 1, 1);
    end if;
    return next;
  end loop;
end
$$;
