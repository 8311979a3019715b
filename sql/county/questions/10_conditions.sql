-- Questions on county records: what may be asked of each kind, as conditions and an order that one index has.

-- What may be asked of a kind of record r: a key of the question, and its condition on the key's value. A
-- null kind is each of them.
create function property_manager.county_askable() returns table (kind text, key text, condition text)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select k.kind, a.key, a.condition
  from (values ('properties'), ('tax_sales'), ('tax_certificates'), ('foreclosures'), ('property_records'),
    ('code_violations')) k (kind)
  join (values
    (null, 'id', 'r.id = %L'),
    (null, 'status', 'r.record_status = %L'),
    (null, 'sources', 'r.source = any (%L)'),
    ('properties', 'city', $q$/*use place_key r.city*/ = %L$q$),
    ('properties', 'placed', 'r.latitude is not null and r.longitude is not null'),
    ('tax_sales', 'from', 'r.sale_date >= %L'),
    ('tax_sales', 'upto', 'r.sale_date <= %L'),
    ('tax_sales', 'pending', $q$coalesce(r.status, 'unknown') in ('scheduled', 'unknown')$q$),
    ('foreclosures', 'from', 'r.auction_date >= %L'),
    ('foreclosures', 'upto', 'r.auction_date <= %L'),
    ('foreclosures', 'dated', 'r.auction_date is not null'),
    ('foreclosures', 'least', 'r.default_amount >= %L'),
    ('foreclosures', 'most', 'r.default_amount <= %L'),
    ('property_records', 'least', 'r.market_value >= %L'),
    ('property_records', 'most', 'r.market_value <= %L'),
    ('property_records', 'equity', $q$(/*use equity_percent r*/) >= %L$q$),
    ('property_records', 'equity_unknown', $q$(/*use equity_percent r*/) is null$q$),
    -- the newest roll year of its parcel, or of that which it waits for; `offset 0` has each look it up
    ('property_records', 'newest', 'not exists (
      select from county.property_records n
      where n.property_id = r.property_id and (n.roll_year, n.id) > (r.roll_year, r.id) and n.is_active
      offset 0)
    and (r.property_id is not null or not exists (
      select from county.property_records n
      where n.property_id is null and (n.state, n.county_fips, n.parcel_id_normalized)
          = (r.state, r.county_fips, r.parcel_id_normalized)
        and (n.roll_year, n.id) > (r.roll_year, r.id) and n.is_active offset 0))'),
    ('code_violations', 'open', $q$r.status = 'open'$q$)
  ) a (kind, key, condition) on coalesce(a.kind, k.kind) = k.kind
$$;

-- The sources that a county's records come from, by the county's name: orange-fl. None for all counties.
create function property_manager.county_sources(p_county text) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array(
    select f.name from public.sources f
    where f.facts ->> 'records' <> 'listings'
      and (p_county is null or starts_with(f.name, p_county || '.'))
    order by f.name)
$$;

-- A question as its conditions are kept: a county as its sources, the next days as dates of sales that are
-- still on. Today is the earliest of where the sources are. Refused where no records of the county are known.
create function property_manager.county_wanted(p_wanted jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_county  constant text := p_wanted ->> 'county';
  v_sources constant text[] := property_manager.county_sources(v_county);
  v_today   constant date := coalesce((
    select min((now() at time zone coalesce(f.facts ->> 'time_zone', 'UTC'))::date)
    from public.sources f where f.name = any (v_sources)), (now() at time zone 'UTC')::date);
begin
  if v_county is not null and v_sources = '{}' then
    raise exception 'no records of a county "%" were loaded', v_county
      using errcode = 'PMNOF', hint = 'see county runs';
  end if;
  return p_wanted - '{county,upcoming}'::text[]
    || case when v_county is null then '{}' else jsonb_build_object('sources', v_sources::text) end
    || case when p_wanted ->> 'upcoming' is null then '{}' else jsonb_build_object('from', v_today,
      'upto', v_today + (p_wanted ->> 'upcoming')::integer, 'pending', true) end;
end
$$;

-- The conditions of a question on a kind of record r. In: its keys by county_askable(). Refused where the
-- kind has no such key.
create function property_manager.county_conditions(p_kind text, p_wanted jsonb) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_strange constant text := (
    select min(w.key) from jsonb_object_keys(p_wanted) w (key)
    where not exists (
      select from property_manager.county_askable() a where a.kind = p_kind and a.key = w.key));
begin
  if v_strange is not null then
    raise exception 'nothing is asked of % by "%"', coalesce(p_kind, 'null'), v_strange
      using errcode = 'PMUSE';
  end if;
  return coalesce((
    select string_agg(format(a.condition, case a.key
      when 'city' then /*use place_key (w.value)*/ else w.value end), ' and ' order by a.key)
    from jsonb_each_text(p_wanted) w (key, value)
    join property_manager.county_askable() a on a.kind = p_kind and a.key = w.key), 'true');
end
$$;

-- The order in which a question's records come, which is that of one index: its name, its columns, and
-- whether it is from the largest down.
create function property_manager.county_order(p_kind text, p_wanted jsonb, out name text, out columns text[],
  out is_descending boolean)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('%s by %s', p_kind, o.name), o.columns, o.is_descending
  from (values
    (p_wanted ? 'id', 'id', array['r.id'], false),
    (p_wanted ? 'equity', 'equity', array['(/*use equity_percent r*/)', 'r.id'], true),
    (p_wanted ?| '{least,most}' and p_kind = 'foreclosures', 'amount',
      array['r.default_amount', 'r.id'], true),
    (p_wanted ?| '{least,most}', 'value', array['r.market_value', 'r.id'], true),
    (p_wanted ?| '{from,upto}' and p_kind = 'foreclosures', 'date', array['r.auction_date', 'r.id'], false),
    (p_wanted ?| '{from,upto}', 'date', array['r.sale_date', 'r.id'], false),
    (p_wanted ? 'dated', 'latest date', array['r.auction_date', 'r.id'], true),
    (p_wanted ? 'open', 'opening', array[$q$coalesce(r.opened_on, '-infinity'::date)$q$, 'r.id'], true),
    (p_wanted ? 'placed' and not p_wanted ? 'city', 'place',
      array['r.latitude', 'r.longitude', 'r.id'], false),
    (p_wanted ? 'city', 'city', array[$q$/*use place_key r.city*/$q$, 'r.source', 'r.record_id'], false),
    (true, 'record', array['r.source', 'r.record_id'], false)
  ) o (is_this, name, columns, is_descending)
  where o.is_this
  limit 1
$$;

-- The columns of a kind of record r as they are selected, its id first: numbers as texts. In: their names,
-- `equity_percent` among them; one that the kind has not is refused.
create function property_manager.county_columns(p_kind text, p_columns text[]) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_unknown text;
  v_listed  text;
begin
  select min(w.name) filter (where k.name is null),
    string_agg(format('%s as %I', k.expression, w.name), ', ' order by w.place)
  into v_unknown, v_listed
  from unnest(p_columns) with ordinality w (name, place)
  left join (
    select a.attname as name, format(case when a.atttypid = 'numeric'::regtype then 'r.%I::text'
      else 'r.%I' end, a.attname) as expression
    from pg_catalog.pg_attribute a
    where a.attrelid = format('county.%I', p_kind)::regclass and a.attnum > 0 and not a.attisdropped
    union all
    select 'equity_percent', 'round(/*use equity_percent r*/, 2)::text' where p_kind = 'property_records'
  ) k on k.name = w.name;
  if v_unknown is not null then
    raise exception 'county.% has no column "%"', p_kind, v_unknown using errcode = 'PMUSE';
  end if;
  return v_listed;
end
$$;
