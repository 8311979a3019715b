-- What a plan's session holds, before anything of it goes live. Each function reads the session's rows once.

-- Whether the program may see a field: a contact only where its role may read that column of live.
create function property_manager.may_preview(p_field text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select not exists (
    select from property_manager.listing_fields f where f.name = p_field and f.field_group = 'contact'
      and not has_column_privilege('service_role', 'public.properties_live', f.name, 'select'))
$$;

-- The first listings as they would be live: those with a doubtful or unreadable cell first, then those that
-- the plan writes, then the rest, in the order of their rows.
-- Out: `fields` {field: value}, what live would hold; `kept` the fields that the row does not state; `issues`
-- of its cells.
create function api.plan_listings(p_plan uuid, p_limit integer)
returns table (row_no integer, property_id text, action text, fields jsonb, kept jsonb, issues jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with planned as (
    select p.session_id, f.name as source
    from property_manager.plans p
    join public.scraping_sessions s on s.id = p.session_id
    join public.sources f on f.id = s.source_id
    where p.id = p_plan
  ), chosen as materialized (
    select s.row_no, s.property_id, r.action,
      row_number() over (order by
        /*use has_unread s.issues*/ desc,
        (r.action is not null) desc, s.row_no) as nth
    from /*use previewed (select session_id from planned)*/ s
    left join property_manager.plan_rows r on r.plan_id = p_plan and r.property_id = s.property_id
    order by nth
    limit p_limit
  )
  select c.row_no, c.property_id, coalesce(c.action, 'none'),
    case when c.action = 'create' then s.image
      else coalesce((
        select jsonb_object_agg(v.name, v.value)
        from planned p
        cross join lateral /*use listing_of p.source, c.property_id*/ l
        cross join lateral (values /*each all ", "*/('{name}', to_jsonb(l.{name}))/*end*/) v (name, value)
        where v.value is not null and property_manager.may_preview(v.name)), '{}')
        || coalesce((
        select jsonb_object_agg(h.field_name, h.new_value) from property_manager.plan_changes h
        where h.plan_id = p_plan and h.property_id = c.property_id
          and property_manager.may_preview(h.field_name)), '{}') end,
    s.kept, s.issues
  from chosen c
  cross join lateral (
    select (
        select coalesce(jsonb_object_agg(v.name, v.value), '{}')
        from (values /*each all ", "*/('{name}', to_jsonb(t.{name}))/*end*/) v (name, value)
        where v.value is not null and property_manager.may_preview(v.name)) as image,
      (
        select coalesce(jsonb_agg(v.name), '[]')
        from (values /*each all ", "*/('{name}', {bit})/*end*/) v (name, bit)
        where get_bit(t.kept, v.bit) = 1) as kept,
      (
        select coalesce(jsonb_agg(i), '[]') from jsonb_array_elements(t.issues) i
        where property_manager.may_preview(i ->> 'field')) as issues
    from /*use staged (select session_id from planned), c.row_no*/ t
  ) s
  order by c.nth
$$;

-- What rows of a plan's session came as, and where from; `mapping` is how the session read its columns.
create function api.plan_cells(p_plan uuid, p_rows integer[])
returns table (row_no integer, raw json, evidence jsonb, source_url text, mapping jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.row_no, t.raw, t.evidence, t.source_url, s.filters_applied -> 'mapping'
  from property_manager.plans p
  join public.scraping_sessions s on s.id = p.session_id
  cross join (select distinct row_no from unnest(p_rows) a (row_no)) asked
  cross join lateral /*use staged s.id, asked.row_no*/ t
  where p.id = p_plan
$$;

-- How many rows that would be live state each field, one of its values, and of a number the smallest, the
-- middle (median) and the largest.
create function api.plan_fields(p_plan uuid)
returns table (field text, filled bigint, example jsonb, smallest double precision, middle double precision,
  largest double precision)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with planned as (
    select session_id from property_manager.plans where id = p_plan
  ), counted as (
    select /*each all ", "*/
      count(s.{name}) as {name}, min(s.row_no) filter (where s.{name} is not null) as row_of_{name}
      /*end*/,
      /*each numeric ", "*/
      array[min(s.{name})::float8, percentile_disc(0.5) within group (order by s.{name}::float8),
        max(s.{name})::float8] as spread_of_{name}
      /*end*/
    from /*use previewed (select session_id from planned)*/ s
  )
  select f.field, f.filled, f.example, n.spread[1], n.spread[2], n.spread[3]
  from counted c
  cross join lateral (values
    /*each all ", "*/
    ({bit}, '{name}', c.{name}, (select to_jsonb(t.{name})
      from /*use staged (select session_id from planned), c.row_of_{name}*/ t))
    /*end*/
  ) f (bit, field, filled, example)
  left join lateral (values /*each numeric ", "*/('{name}', c.spread_of_{name})/*end*/) n (field, spread)
    on n.field = f.field
  where f.filled > 0 and property_manager.may_preview(f.field)
  order by f.bit
$$;

-- How prices (by operation, currency and period), areas and degrees of what would be live are distributed.
-- `bins` are [[bin, listings]]: of a price or an area an eighth of a power of ten, from 10^(bin / 8) on; of a
-- place a degree. An outlier is above ten times the median or below a tenth of it; of degrees, further from
-- the median than 3 degrees and five times the width of the middle half. `samples` are the furthest of them.
create function api.plan_distributions(p_plan uuid, p_samples integer)
returns table (measure text, operation text, currency text, period text, listings bigint,
  smallest double precision, middle double precision, largest double precision, bins jsonb,
  outliers bigint, samples jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with planned as (
    select session_id from property_manager.plans where id = p_plan
  ), measured as materialized (
    select m.*, s.row_no, s.property_id,
      concat(m.nth, '|', m.operation, '|', m.currency, '|', m.period) as key,
      case when m.measure in ('latitude', 'longitude') then floor(m.value)
        else floor(8 * log(greatest(m.value, 0.01))) end::integer as bin
    from /*use previewed (select session_id from planned)*/ s
    cross join lateral (values
      (1, 'price', s.operation_type, s.currency, s.price_period, s.price::float8),
      (2, 'total_area_m2', null, null, null, s.total_area_m2::float8),
      (3, 'covered_area_m2', null, null, null, s.covered_area_m2::float8),
      (4, 'lot_size_m2', null, null, null, s.lot_size_m2::float8),
      (5, 'latitude', null, null, null, s.latitude::float8),
      (6, 'longitude', null, null, null, s.longitude::float8)
    ) m (nth, measure, operation, currency, period, value)
    where m.value is not null
  ), groups as materialized (
    select m.key, m.nth, m.measure, m.operation, m.currency, m.period, count(*) as listings,
      min(m.value) as smallest, max(m.value) as largest,
      percentile_disc(array[0.25, 0.5, 0.75]) within group (order by m.value) as quartiles
    from measured m
    group by m.key, m.nth, m.measure, m.operation, m.currency, m.period
  ), far as (
    select m.key, m.row_no, m.property_id, m.value,
      row_number() over (partition by m.key order by d.distance desc, m.row_no) as nth
    from measured m
    join groups g on g.key = m.key
    cross join lateral (select case when m.measure in ('latitude', 'longitude')
        then abs(m.value - g.quartiles[2]) / (3 + 5 * (g.quartiles[3] - g.quartiles[1]))
        else abs(log(greatest(m.value, 0.01) / greatest(g.quartiles[2], 0.01))) end as distance) d
    where d.distance > 1
  ), marked as (
    select f.key, count(*) as outliers,
      jsonb_agg(jsonb_build_object('row_no', f.row_no, 'property_id', f.property_id, 'value', f.value)
        order by f.nth) filter (where f.nth <= p_samples) as samples
    from far f
    group by f.key
  ), drawn as (
    select b.key, jsonb_agg(jsonb_build_array(b.bin, b.listings) order by b.bin) as bins
    from (select m.key, m.bin, count(*) as listings from measured m group by m.key, m.bin) b
    group by b.key
  )
  select g.measure, g.operation, g.currency, g.period, g.listings, g.smallest, g.quartiles[2], g.largest,
    w.bins, coalesce(k.outliers, 0), coalesce(k.samples, '[]')
  from groups g
  join drawn w on w.key = g.key
  left join marked k on k.key = g.key
  order by g.nth, g.listings desc, g.key
$$;

-- The states and cities of what would be live, the p_limit most frequent of each, and how many there are. A
-- place is rare where one other has nine of ten listings and it has at most one of twenty; the p_limit most
-- frequent of those are here too. `row_no` is the first row that names it.
create function api.plan_places(p_plan uuid, p_limit integer)
returns table (field text, place text, listings bigint, total bigint, places bigint, rare boolean,
  row_no integer, property_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with planned as (
    select session_id from property_manager.plans where id = p_plan
  ), named as (
    select n.bit, n.field, n.place, count(*) as listings, min(s.row_no) as row_no
    from /*use previewed (select session_id from planned)*/ s
    cross join lateral (values (1, 'state', s.state), (2, 'city', s.city)) n (bit, field, place)
    where n.place is not null
    group by n.bit, n.field, n.place
  ), judged as (
    select n.*, t.total, t.places, t.most * 10 >= t.total * 9 and n.listings * 20 <= t.total as rare
    from named n
    join (
      select o.field, sum(o.listings)::bigint as total, count(*) as places, max(o.listings) as most
      from named o group by o.field
    ) t on t.field = n.field
  ), ranked as (
    select j.*, row_number() over (partition by j.field, j.rare order by j.listings desc, j.place) as nth
    from judged j
  )
  select r.field, r.place, r.listings, r.total, r.places, r.rare, r.row_no,
    (select t.property_id from /*use staged (select session_id from planned), r.row_no*/ t)
  from ranked r
  where r.nth <= p_limit
  order by r.bit, r.rare, r.listings desc, r.place
$$;

-- Why rows of a plan's session would be set aside: for each rule and field how many, the most first, with the
-- first of them: [{row_no, property_id, line, url, reason}].
create function api.plan_set_aside(p_plan uuid, p_samples integer)
returns table (rule text, field text, set_aside bigint, samples jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off set jit = off as $$
  with planned as (
    select session_id from property_manager.plans where id = p_plan
  ), bad as materialized (
    select q.row_no, q.property_id, r ->> 'rule' as rule, r ->> 'field' as field, r ->> 'reason' as reason,
      row_number() over (partition by r ->> 'rule', r ->> 'field' order by q.row_no) as nth
    from property_manager.quarantine q
    cross join lateral jsonb_array_elements(q.reasons) r
    where q.session_id = (select session_id from planned)
  ), sampled as (
    select b.rule, b.field, jsonb_agg(jsonb_build_object('row_no', b.row_no, 'property_id', b.property_id,
      'line', o.line, 'url', case when o.line is null then s.source_url end, 'reason', b.reason)
      order by b.nth) as samples
    from bad b
    cross join lateral (
      select t.evidence, t.source_url from /*use staged (select session_id from planned), b.row_no*/ t
      union all
      select t.evidence, null from /*use staged_record (select session_id from planned), b.row_no*/ t
    ) s
    cross join lateral (
      select case jsonb_typeof(s.evidence -> 'line') when 'number' then (s.evidence ->> 'line')::integer end
    ) o (line)
    where b.nth <= p_samples
    group by b.rule, b.field
  )
  select b.rule, b.field, count(*), (
    select k.samples from sampled k where k.rule = b.rule and k.field is not distinct from b.field)
  from bad b
  where coalesce(property_manager.may_preview(b.field), true)
  group by b.rule, b.field
  order by count(*) desc, b.rule, b.field
$$;
