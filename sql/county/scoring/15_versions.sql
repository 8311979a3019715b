-- Versions of the scores, as one document each: {name, note, near_metres, decay_days, weights: {component:
-- share}, tiers:
-- {tier: least}, caps: {component: {category: most}}, signals: {signal: {neutral, half_life_days, known,
-- bands: [{from, to,
-- points}]}}}.

-- What a version says, as a document. Raises where there is no such version.
create function property_manager.score_definition(p_version integer) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found jsonb;
begin
  select jsonb_build_object('name', v.name, 'note', v.note, 'near_metres', v.near_metres,
    'decay_days', v.decay_days,
    'weights', (select jsonb_object_agg(w.component, trim_scale(w.weight)) from county.score_weights w
      where w.version = v.version),
    'tiers', (select jsonb_object_agg(t.tier, trim_scale(t.least)) from county.score_tiers t
      where t.version = v.version),
    'caps', (select jsonb_object_agg(g.component, g.caps) from (
      select c.component, jsonb_object_agg(c.category, trim_scale(c.cap)) as caps from county.score_caps c
      where c.version = v.version group by c.component) g),
    'signals', (select jsonb_object_agg(s.signal, jsonb_build_object('neutral', trim_scale(s.neutral),
        'half_life_days', s.half_life_days, 'known', trim_scale(s.known), 'bands', (
          select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('from', trim_scale(b.lower),
            'to', trim_scale(b.upper), 'points', trim_scale(b.points))) order by b.nth)
          from county.score_bands b where b.version = v.version and b.signal = s.signal)))
      from county.score_signals s where s.version = v.version))
  into v_found
  from county.score_versions v where v.version = p_version;
  if v_found is null then
    raise exception 'there is no version % of the scores', p_version
      using errcode = 'PMNOF', hint = 'see leads versions list';
  end if;
  return v_found;
end
$$;

-- The number of the current version.
create function property_manager.current_score_version() returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select version from county.score_versions where is_current
$$;

-- A document over another one: what it does not say is as there. Bands are taken as a whole; `points` alone
-- is one band without ends.
create function property_manager.score_definition_over(p_base jsonb, p_given jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_base || (p_given - '{weights,tiers,caps,signals}'::text[]) || jsonb_build_object(
    'weights', (p_base -> 'weights') || coalesce(p_given -> 'weights', '{}'),
    'tiers', (p_base -> 'tiers') || coalesce(p_given -> 'tiers', '{}'),
    'caps', (
      select jsonb_object_agg(c.component,
        coalesce(p_base -> 'caps' -> c.component, '{}') || coalesce(p_given -> 'caps' -> c.component, '{}'))
      from (select jsonb_object_keys(p_base -> 'caps') union
        select jsonb_object_keys(coalesce(p_given -> 'caps', '{}'))) c (component)),
    'signals', (
      select jsonb_object_agg(s.signal, coalesce(p_base -> 'signals' -> s.signal, '{}') || case
        when g.given ? 'points' then (g.given - 'points') || jsonb_build_object('bands',
          jsonb_build_array(jsonb_build_object('points', g.given -> 'points')))
        else coalesce(g.given, '{}') end)
      from (select jsonb_object_keys(p_base -> 'signals') union
        select jsonb_object_keys(coalesce(p_given -> 'signals', '{}'))) s (signal)
      cross join lateral (select p_given -> 'signals' -> s.signal) g (given)))
$$;

-- Refuses something of a document that is no number of a range, or has more decimals than are kept.
create function property_manager.refuse_score_number(p_what text, p_value jsonb, p_least numeric,
  p_most numeric, p_decimals integer default 2) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  if jsonb_typeof(p_value) is distinct from 'number' or p_value::numeric not between p_least and p_most then
    raise exception '% is %: it must be a number from % to %', p_what,
      coalesce(p_value::text, 'not given'), p_least, p_most using errcode = 'PMUSE';
  elsif min_scale(p_value::numeric) > p_decimals then
    raise exception '% is %: at most % decimals are kept', p_what, p_value,
      p_decimals using errcode = 'PMUSE';
  end if;
end
$$;

-- Refuses the bands of a signal that leave a gap, overlap or do not reach both ends.
create function property_manager.refuse_score_bands(p_signal text, p_unit text, p_bands jsonb) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_band  jsonb;
  v_nth   integer := 0;
  v_upper numeric;
begin
  if jsonb_typeof(p_bands) is distinct from 'array' or jsonb_array_length(p_bands) = 0 then
    raise exception 'signal "%" has no bands', p_signal
      using errcode = 'PMUSE', hint = 'give bands = [{to = 10, points = 5}, {from = 10, points = 20}]';
  end if;
  if p_unit = 'flat' and jsonb_array_length(p_bands) > 1 then
    raise exception 'signal "%" is there or not, so it takes one band without ends', p_signal
      using errcode = 'PMUSE', hint = 'give points = 40';
  end if;
  for v_band in select value from jsonb_array_elements(p_bands) loop
    v_nth := v_nth + 1;
    perform property_manager.refuse_score_number(format('points of band %s of signal "%s"', v_nth, p_signal),
      v_band -> 'points', 0, 100);
    if v_band ? 'from' then
      perform property_manager.refuse_score_number(format('from of band %s of signal "%s"', v_nth, p_signal),
        v_band -> 'from', -1e12, 1e12, 10);
    end if;
    if v_band ? 'to' then
      perform property_manager.refuse_score_number(format('to of band %s of signal "%s"', v_nth, p_signal),
        v_band -> 'to', -1e12, 1e12, 10);
    end if;
    if v_nth = 1 and v_band ? 'from' then
      raise exception 'the bands of signal "%" leave a gap below %', p_signal, v_band -> 'from'
        using errcode = 'PMUSE', hint = 'leave out "from" of the first band';
    elsif v_nth > 1 and (v_upper is null or not v_band ? 'from' or (v_band -> 'from')::numeric < v_upper) then
      raise exception 'bands % and % of signal "%" overlap', v_nth - 1, v_nth, p_signal
        using errcode = 'PMUSE', hint = 'let each band begin where the one before it ends';
    elsif v_nth > 1 and (v_band -> 'from')::numeric > v_upper then
      raise exception 'the bands of signal "%" leave a gap between % and %', p_signal, v_upper, v_band
        -> 'from'
        using errcode = 'PMUSE', hint = 'let each band begin where the one before it ends';
    end if;
    v_upper := (v_band -> 'to')::numeric;
    if v_upper <= (v_band -> 'from')::numeric then
      raise exception 'band % of signal "%" ends before it begins', v_nth, p_signal using errcode = 'PMUSE';
    end if;
  end loop;
  if v_upper is not null then
    raise exception 'the bands of signal "%" leave a gap from % on', p_signal, v_upper
      using errcode = 'PMUSE', hint = 'leave out "to" of the last band';
  end if;
end
$$;

-- Refuses a document that is no version: by the name of what is wrong with it.
create function property_manager.refuse_bad_scoring(p_def jsonb) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_row   record;
  v_key   text;
  v_least numeric;
begin
  select k into v_key from jsonb_object_keys(p_def) k
  where k <> all ('{name,note,near_metres,decay_days,weights,tiers,caps,signals}') order by k limit 1;
  if v_key is not null then
    raise exception '"%" is nothing that a version says', v_key using errcode = 'PMUSE',
      hint = 'it says: name, note, near_metres, decay_days, weights, tiers, caps, signals';
  end if;
  perform property_manager.refuse_score_number('near_metres', p_def -> 'near_metres', 50, 1000);
  perform property_manager.refuse_score_number('decay_days', p_def -> 'decay_days', 1, 365);

  select k into v_key from jsonb_object_keys(p_def -> 'weights') k
  where k <> all (property_manager.score_components()) order by k limit 1;
  if v_key is not null then
    raise exception 'there is no component "%" to weigh', v_key using errcode = 'PMUSE',
      hint = 'the components are distress, value, location and urgency';
  end if;
  foreach v_key in array property_manager.score_components() loop
    perform property_manager.refuse_score_number(format('weight of %s', v_key), p_def -> 'weights' -> v_key,
      0, 1, 10);
  end loop;
  if abs((select sum(value::numeric) from jsonb_each_text(p_def -> 'weights')) - 1) > 1e-9 then
    raise exception 'the weights sum to %, not to 1',
      (select trim_scale(sum(value::numeric)) from jsonb_each_text(p_def -> 'weights'))
      using errcode = 'PMUSE', hint = 'give distress, value, location and urgency shares that sum to 1';
  end if;

  select k into v_key from jsonb_object_keys(p_def -> 'tiers') k where k <> all ('{A,B,C,D}') limit 1;
  if v_key is not null then
    raise exception 'there is no tier "%"', v_key using errcode = 'PMUSE',
      hint = 'the tiers are A, B, C and D';
  end if;
  foreach v_key in array '{A,B,C,D}'::text[] loop
    perform property_manager.refuse_score_number(format('tier %s', v_key), p_def -> 'tiers' -> v_key, 0, 100);
    if (p_def -> 'tiers' -> v_key)::numeric >= v_least then
      raise exception 'the tiers do not descend: % begins at %, and the one above it at %', v_key,
        p_def -> 'tiers' -> v_key, v_least using errcode = 'PMUSE';
    end if;
    v_least := (p_def -> 'tiers' -> v_key)::numeric;
  end loop;
  if v_least <> 0 then
    raise exception 'tier D begins at %: no total may be without a tier', v_least
      using errcode = 'PMUSE', hint = 'let tier D begin at 0';
  end if;

  for v_row in
    select c.component, k.category, c.caps -> k.category as cap,
      exists (select from property_manager.score_signals() s
        where s.component = c.component and s.category = k.category) as known
    from jsonb_each(p_def -> 'caps') c (component, caps)
    cross join lateral jsonb_object_keys(c.caps) k (category)
    order by 1, 2
  loop
    if not v_row.known then
      raise exception 'there is no category "%" of % to cap', v_row.category, v_row.component
        using errcode = 'PMUSE';
    end if;
    perform property_manager.refuse_score_number(format('cap of %s.%s', v_row.component, v_row.category),
      v_row.cap, 0, 100);
  end loop;
  select format('%s.%s', s.component, s.category) into v_key from property_manager.score_signals() s
  where p_def -> 'caps' -> s.component -> s.category is null order by s.nth limit 1;
  if v_key is not null then
    raise exception 'there is no cap of %', v_key using errcode = 'PMUSE';
  end if;

  for v_row in
    select coalesce(s.signal, g.signal) as signal, s.unit, s.per_record, g.given
    from property_manager.score_signals() s
    full join jsonb_each(p_def -> 'signals') g (signal, given) on g.signal = s.signal
    order by s.nth nulls first
  loop
    if v_row.unit is null then
      raise exception 'there is no signal "%"', v_row.signal using errcode = 'PMUSE',
        hint = (select 'the signals are ' || string_agg(signal, ', ' order by nth)
          from property_manager.score_signals());
    elsif v_row.given is null then
      raise exception 'signal "%" is not given', v_row.signal using errcode = 'PMUSE';
    end if;
    select k into v_key from jsonb_object_keys(v_row.given) k
    where k <> all ('{neutral,half_life_days,known,bands}') order by k limit 1;
    if v_key is not null then
      raise exception 'signal "%" has no "%"', v_row.signal, v_key using errcode = 'PMUSE',
        hint = 'it has points or bands, neutral, half_life_days and known';
    end if;
    perform property_manager.refuse_score_number(format('neutral of signal "%s"', v_row.signal),
      coalesce(v_row.given -> 'neutral', '0'), 0, 100);
    if v_row.per_record and (v_row.given -> 'neutral')::numeric > 0 then
      raise exception 'signal "%" is of single records: where there is none it gives nothing', v_row.signal
        using errcode = 'PMUSE', hint = 'leave out neutral';
    end if;
    perform property_manager.refuse_score_number(format('known of signal "%s"', v_row.signal),
      coalesce(v_row.given -> 'known', '0'), 0, 100);
    if coalesce(v_row.given -> 'half_life_days', 'null') <> 'null' then
      perform property_manager.refuse_score_number(format('half_life_days of signal "%s"', v_row.signal),
        v_row.given -> 'half_life_days', 1, 36500);
    end if;
    perform property_manager.refuse_score_bands(v_row.signal, v_row.unit, v_row.given -> 'bands');
  end loop;
  if not exists (select from jsonb_each(p_def -> 'signals') g (signal, given)
      where (g.given -> 'known')::numeric > 0) then
    raise exception 'no signal is known: a confidence would be of nothing' using errcode = 'PMUSE';
  end if;
end
$$;

-- Adds a version: a document over that of another one, or of the current one. Out: its number. One that is
-- there under the same name and says the same is the answer, as an answer may have been lost.
create function api.add_score_version(p_given jsonb, p_over integer, p_actor text) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_def     jsonb;
  v_version integer;
begin
  perform from property_manager.scoring for update;
  v_def := property_manager.score_definition_over(
    property_manager.score_definition(coalesce(p_over, property_manager.current_score_version())) - 'note',
    p_given);
  perform property_manager.refuse_bad_scoring(v_def);
  select version into v_version from county.score_versions where name = v_def ->> 'name';
  if found then
    if property_manager.score_definition(v_version) - 'note' = v_def - 'note' then
      return v_version;
    end if;
    raise exception 'version % has the name "%" and says something else', v_version, v_def ->> 'name'
      using errcode = 'PMUSE', hint = 'give another name: what a version says never changes';
  end if;
  insert into county.score_versions (name, note, near_metres, decay_days, created_by)
  values (v_def ->> 'name', v_def ->> 'note', (v_def -> 'near_metres')::integer, (v_def
    -> 'decay_days')::integer,
    p_actor)
  returning version into v_version;
  insert into county.score_weights (version, component, weight)
  select v_version, key, value::numeric from jsonb_each_text(v_def -> 'weights');
  insert into county.score_tiers (version, tier, least)
  select v_version, key, value::numeric from jsonb_each_text(v_def -> 'tiers');
  insert into county.score_caps (version, component, category, cap)
  select v_version, c.key, k.key, k.value::numeric
  from jsonb_each(v_def -> 'caps') c cross join lateral jsonb_each_text(c.value) k;
  insert into county.score_signals (version, signal, neutral, half_life_days, known)
  select v_version, key, coalesce((value ->> 'neutral')::numeric, 0), (value ->> 'half_life_days')::integer,
    coalesce((value ->> 'known')::numeric, 0)
  from jsonb_each(v_def -> 'signals');
  insert into county.score_bands (version, signal, nth, lower, upper, points)
  select v_version, s.key, b.nth, (b.band ->> 'from')::numeric, (b.band ->> 'to')::numeric,
    (b.band ->> 'points')::numeric
  from jsonb_each(v_def -> 'signals') s
  cross join lateral jsonb_array_elements(s.value -> 'bands') with ordinality b (band, nth);
  return v_version;
end
$$;

-- Makes a version the current one: the next scoring follows it.
create function api.use_score_version(p_version integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from property_manager.scoring for update;
  perform property_manager.score_definition(p_version);
  update county.score_versions set is_current = false where is_current and version <> p_version;
  update county.score_versions set is_current = true where version = p_version and not is_current;
end
$$;

-- Every version, with how many leads were scored by it last.
create function api.score_versions()
returns table (version integer, name text, note text, is_current boolean, leads bigint, created_by text,
  created_at timestamptz, used_at timestamptz, definition jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select v.version, v.name, v.note, v.is_current,
    (select count(*) from county.lead_scores s where s.score_version = v.version),
    v.created_by, v.created_at, v.used_at, property_manager.score_definition(v.version)
  from county.score_versions v order by v.version
$$;
