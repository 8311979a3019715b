-- Judges new and changed prices by what the source showed before: a price ten times off is doubtful. Its
-- witnesses are applied listings alone: the price that live has of the listing, and the levels of its kind.

-- The prices of a session that can be judged. A price is unlikely ('shown') when it is that of live with its
-- point moved, unless that mends a price that was far off; or ('level') when it is far off the homes of its
-- operation, period, currency, place and type: p_config.times above or below the median of p_config.homes or
-- more, and three times above or below nine of ten of them; but not where its price per m² is a usual one, as
-- of a large house, nor where live has had a price as far off for it. Of a place with too few homes, all
-- places count.
create function property_manager.judged_prices(p_session uuid, p_config jsonb)
returns table (row_no integer, price numeric, shown numeric, homes integer, middle numeric, like_it text,
  unlikely text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with asked as (
    select f.id as source_id, f.name as source, coalesce((p_config ->> 'times')::numeric, 8) as times,
      coalesce((p_config ->> 'homes')::integer, 12) as homes
    from public.scraping_sessions s
    join public.sources f on f.id = s.source_id
    where s.id = p_session and s.filters_applied -> 'prices_accepted' is distinct from 'true'
  ), stated as (
    select c.row_no, s.price, a.source_id, a.times, a.homes as enough, k.*,
      case when l.price > 0
          and /*use level_word l.operation_type*/ = k.operation
          and /*use level_word l.price_period*/ = k.period
          and /*use level_word l.currency*/ = k.currency then l.price end as shown,
      s.price / nullif(coalesce(s.covered_area_m2, s.total_area_m2, s.lot_size_m2, l.covered_area_m2,
        l.total_area_m2, l.lot_size_m2), 0) as per_m2
    from asked a
    cross join property_manager.candidates c
    cross join lateral /*use staged c.session_id, c.row_no*/ s
    left join lateral (
      select o.* from /*use listing_of a.source, c.property_id*/ o where c.known
    ) l on true
    -- what a row of a known listing does not state is as live has it
    cross join lateral (select
      /*use level_word coalesce(s.operation_type, l.operation_type)*/ as operation,
      /*use level_word coalesce(s.price_period, l.price_period)*/ as period,
      /*use level_word coalesce(s.currency, l.currency)*/ as currency,
      /*use level_place coalesce(s.city, l.city), coalesce(s.state, l.state)*/ as place,
      /*use level_word coalesce(s.property_type, l.property_type)*/ as kind) k
    where c.session_id = p_session and s.price > 0
  ), compared as (
    select t.*, v.homes, v.middle, v.per_m2 as usual_per_m2, v.of_place,
      t.price < v.least or t.price > v.most as is_far, t.shown < v.least or t.shown > v.most as was_far,
      log(t.price::float8) - log(t.shown::float8) as moved
    from stated t
    left join property_manager.price_levels near on near.source_id = t.source_id
      and near.operation = t.operation and near.period = t.period and near.currency = t.currency
      and near.place = t.place and near.kind = t.kind and near.homes >= t.enough
    left join property_manager.price_levels wide on wide.source_id = t.source_id
      and wide.operation = t.operation and wide.period = t.period and wide.currency = t.currency
      and wide.place = 'ALL' and wide.kind = t.kind and wide.homes >= t.enough
    left join lateral (
      select g.homes, g.middle, g.per_m2, g.of_place, least(g.middle / t.times, g.least / 3) as least,
        greatest(g.middle * t.times, g.most * 3) as most
      from (
        select near.homes, near.least, near.middle, near.most, near.per_m2, true as of_place
        where near.homes is not null
        union all
        select wide.homes, wide.least, wide.middle, wide.most, wide.per_m2, false
        where near.homes is null and wide.homes is not null
      ) g
    ) v on true
    where t.shown is distinct from t.price
  )
  select j.row_no, j.price, j.shown, j.homes, j.middle,
    concat_ws(', ', nullif(j.operation, ''), nullif(j.kind, ''),
      case when j.of_place then nullif(btrim(j.place, ', '), '') end, nullif(upper(j.currency), ''),
      nullif('a ' || j.period, 'a ')),
    case
      when abs(round(j.moved)) between 1 and 3 and abs(j.moved - round(j.moved)) < 0.02
        and not (coalesce(j.was_far, false) and not j.is_far) then 'shown'
      when j.is_far and (j.per_m2 between j.usual_per_m2 / 4 and j.usual_per_m2 * 4) is distinct from true
        and (j.was_far and abs(j.moved) < log(j.times)) is distinct from true then 'level'
    end
  from compared j
  where j.shown is not null or j.homes is not null
$$;

-- A number as readings have it: 450000, 1234.5.
create function property_manager.plain_number(p_number numeric) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select trim_scale(p_number)::text
$$;

-- How many times one amount is another: "10 times", "a 100th of".
create function property_manager.times_off(p_price numeric, p_other numeric) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_price >= p_other
    then format('%s times', to_char(round(p_price / p_other), 'FM999,999,999,999,990'))
    else format('one %sth of', to_char(round(p_other / p_price), 'FM999,999,999,999,990')) end
$$;

-- The text of a row's cell for the price: that of the column it is mapped from, or the number.
create function property_manager.price_text(p_raw json, p_mapping jsonb, p_price numeric) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (
      select p_raw ->> (c.name #>> '{}')
      from jsonb_path_query(p_mapping, 'lax $.fields.price.from[*]') with ordinality c (name, nth)
      where jsonb_typeof(c.name) = 'string' and btrim(p_raw ->> (c.name #>> '{}')) <> ''
      order by c.nth limit 1
    ),
    case when json_typeof(p_raw -> 'price') in ('string', 'number') then p_raw ->> 'price' end,
    property_manager.plain_number(p_price))
$$;

-- Stores the findings of a rule of the kind "likely". Its readings are the price as given and the one with
-- its point moved to where the witness has it. Out: how many.
create function property_manager.keep_unlikely_prices(p_session uuid, p_rule public.validation_rules)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_mapping constant jsonb := (
    select filters_applied -> 'mapping' from public.scraping_sessions where id = p_session);
  v_source  constant integer := (select source_id from public.scraping_sessions where id = p_session);
  v_found   bigint;
begin
  -- a first session has no witness: its rows are not read again
  if not exists (select from property_manager.listing_state where source_id = v_source) then
    return 0;
  end if;
  insert into property_manager.findings (session_id, row_no, rule_name, rule_version, severity, outcome,
    field_name, value, reason, readings)
  select p_session, j.row_no, p_rule.rule_name, p_rule.version, p_rule.severity, 'doubtful', 'price',
    left(t.text, 200), format('price "%s" is doubtful: %s (%s)', left(t.text, 100), w.why,
      concat_ws(' or ', property_manager.plain_number(j.price), property_manager.plain_number(w.other))),
    to_jsonb(array_remove(array[property_manager.plain_number(j.price),
      property_manager.plain_number(w.other)], null))
  from property_manager.judged_prices(p_session, p_rule.rule_config) j
  cross join lateral /*use staged p_session, j.row_no*/ s
  cross join lateral (
    select property_manager.price_text(s.raw, v_mapping, j.price) as text offset 0
  ) t
  cross join lateral (
    select case j.unlikely
        when 'shown' then format('%s what live shows, %s', property_manager.times_off(j.price, j.shown),
          property_manager.format_value(to_jsonb(j.shown)))
        else format('%s the median of %s homes like it (%s), %s',
          property_manager.times_off(j.price, j.middle), j.homes, j.like_it,
          property_manager.format_value(to_jsonb(j.middle))) end as why,
      round(j.price * power(10::numeric, nullif(round(log(
        case j.unlikely when 'shown' then j.shown else j.middle end / j.price)), 0)), 2) as other
  ) w
  where j.unlikely is not null;
  get diagnostics v_found = row_count;
  return v_found;
end
$$;

-- Where more than half of the judged prices, and at least five, are doubtful, it is no matter of single cells
-- but of the whole session: another currency or unit. The findings then set no row aside and keep no cell,
-- and the guard holds the plan.
create function property_manager.excuse_shift(p_session uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_rule     public.validation_rules;
  v_doubtful bigint;
begin
  for v_rule in select * from public.validation_rules where rule_type = 'likely' and is_active loop
    select count(*) into v_doubtful
    from property_manager.findings
    where session_id = p_session and outcome = 'doubtful' and rule_name = v_rule.rule_name;
    if v_doubtful >= 5 and 2 * v_doubtful > (
      select count(*) from property_manager.judged_prices(p_session, v_rule.rule_config)
    ) then
      update property_manager.findings set severity = 'info'
      where session_id = p_session and outcome = 'doubtful' and rule_name = v_rule.rule_name;
    end if;
  end loop;
end
$$;

-- The rows whose doubtful price keeps the cell of live as it is: the rule warns of it.
create function property_manager.kept_prices(p_session uuid) returns table (row_no integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct f.row_no from property_manager.findings f
  where f.session_id = p_session and f.outcome = 'doubtful' and f.severity = 'warning'
$$;

-- A session most of whose prices are ten times off: held whole.
create function property_manager.guard_shift(p_session public.scraping_sessions)
returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'prices_shift', format('most prices are ten times off what the source showed before, in %s row%s: '
      'such as %s; check the units and the currency, then approve the plan',
    count(*), case when count(*) = 1 then '' else 's' end,
    (array_agg(f.reason order by f.row_no))[1])
  from property_manager.findings f
  join public.validation_rules r on r.rule_name = f.rule_name and r.severity <> 'info'
  where f.session_id = p_session.id and f.outcome = 'doubtful' and f.severity = 'info'
  having count(*) > 0
$$;
