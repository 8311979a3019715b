-- What changed in the catalogue, the newest first, narrowed down to what somebody looks for.

-- A value as a list of changes shows it: a long one is cut.
create function property_manager.cut_value(p_value jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(p_value) = 'string' and length(p_value #>> '{}') > 300
      then to_jsonb(left(p_value #>> '{}', 300) || '…')
    when jsonb_typeof(p_value) in ('array', 'object') and length(p_value::text) > 300
      then to_jsonb(left(p_value::text, 300) || '…')
    else p_value end
$$;

-- The ids of changes that meet conditions, newest first, at most p_rows, from before a change of a change set
-- down to the set p_first; at most p_walk changes are looked at.
-- In: p_kind, created | removed | reactivated | updated, or null for all; p_price, whether only prices are
-- looked at; the others narrow these down.
-- Out: the ids; where that ended, as {set, change}, null where there are no more; how many were looked at, at
-- least.
create function property_manager.walk_changes(p_set bigint, p_change bigint, p_first bigint, p_kind text,
  p_price boolean, p_field text, p_direction integer, p_rows integer, p_walk integer,
  out ids bigint[], out ended bigint[], out looked bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  if p_kind <> 'updated' or p_price then
    ids := array(
      select k.id
      from (
        select c.id, c.old_value, c.new_value, c.field_name
        from public.property_changes c
        where c.change_type = p_kind and (c.change_type <> 'updated' or c.field_name = 'price')
          and (c.change_set_id, c.id) < (p_set, p_change) and c.change_set_id >= p_first
        order by c.change_set_id desc, c.id desc
        limit p_walk
      ) k
      where (p_field is null or k.field_name = p_field)
        and (p_direction is null or (/*use direction k.old_value, k.new_value*/) = p_direction)
      limit p_rows);
  else
    ids := array(
      select k.id
      from (
        select c.id, c.change_type, c.field_name
        from public.property_changes c
        where (c.change_set_id, c.id) < (p_set, p_change) and c.change_set_id >= p_first
        order by c.change_set_id desc, c.id desc
        limit p_walk
      ) k
      where (p_field is null or k.field_name = p_field) and (p_kind is null or k.change_type = p_kind)
      limit p_rows);
  end if;
  looked := p_rows;
  if cardinality(ids) = p_rows then
    ended := (select array[c.change_set_id, c.id] from public.property_changes c where c.id = ids[p_rows]);
    return;
  elsif p_kind <> 'updated' or p_price then
    select count(*), min(array[k.change_set_id, k.id]) into looked, ended
    from (
      select c.change_set_id, c.id
      from public.property_changes c
      where c.change_type = p_kind and (c.change_type <> 'updated' or c.field_name = 'price')
        and (c.change_set_id, c.id) < (p_set, p_change) and c.change_set_id >= p_first
      order by c.change_set_id desc, c.id desc
      limit p_walk
    ) k;
  else
    select count(*), min(array[k.change_set_id, k.id]) into looked, ended
    from (
      select c.change_set_id, c.id
      from public.property_changes c
      where (c.change_set_id, c.id) < (p_set, p_change) and c.change_set_id >= p_first
      order by c.change_set_id desc, c.id desc
      limit p_walk
    ) k;
  end if;
  if looked < p_walk then
    ended := null;
  end if;
end
$$;

-- A change as a list shows it, with the listing as it is now.
create function property_manager.change_entry(p_change bigint) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('change_id', c.id, 'change_set_id', c.change_set_id, 'committed_at',
    s.committed_at, 'origin', c.origin, 'actor', c.actor, 'session_id', s.session_id, 'source', c.source,
    'listing_id', c.listing_id, 'property_id', c.property_id, 'change_type', c.change_type, 'field_name',
    c.field_name, 'old_value', property_manager.cut_value(c.old_value),
    'new_value', case when c.field_name is not null then property_manager.cut_value(c.new_value)
      else jsonb_build_object('price', c.new_value -> 'price') end,
    'direction', case when c.field_name is not null
      then /*use direction c.old_value, c.new_value*/ end,
    'change_reason', left(c.change_reason, 300), 'significant', c.significant, 'title', left(l.title, 200),
    'city', left(l.city, 100), 'currency', l.currency, 'price_period', l.price_period, 'status', l.status)
  from public.property_changes c
  cross join lateral /*use change_set c.change_set_id*/ s
  left join lateral (
    select * from public.properties_live n where n.id = c.listing_id offset 0
  ) l on true
  where c.id = p_change
$$;

-- A page of changes, newest first: {changes: […], before: {set, change} or null}. `before` is where the next
-- page begins; a page may be short of rows, or have none, where many changes had to be looked at: then the
-- next one looks further. Null: there are no more.
-- In: {source, kind, field, from, upto}, none of which need be given; kind: new | removed | relisted |
-- price_drop | price_rise | changed; where the page before ended, or nulls; the rows of a page; how many
-- changes are looked at.
create function api.recent_changes(p_wanted jsonb, p_set bigint, p_change bigint, p_rows integer,
  p_walk integer) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  v_asked     constant text := p_wanted ->> 'kind';
  v_direction constant integer := case v_asked when 'price_drop' then -1 when 'price_rise' then 1 end;
  v_price     constant boolean := v_direction is not null
    or coalesce(v_asked, 'changed') = 'changed' and p_wanted ->> 'field' = 'price';
  v_kind      constant text := case when v_price then 'updated' when v_asked = 'new' then 'created'
    when v_asked = 'relisted' then 'reactivated' when v_asked = 'changed' then 'updated' else v_asked end;
  v_source    constant integer := (select f.id from public.sources f where f.name = p_wanted ->> 'source');
  v_from      constant timestamptz := (p_wanted ->> 'from')::timestamptz;
  v_upto      constant timestamptz := (p_wanted ->> 'upto')::timestamptz;
  v_first     bigint := 0;
  v_last      bigint := 9223372036854775807;
  v_part      record;
  v_walked    record;
  v_ids       bigint[] := array[]::bigint[];
  v_walk      bigint := p_walk;
  v_ended     bigint[];
begin
  if v_asked not in ('new', 'removed', 'relisted', 'price_drop', 'price_rise', 'changed') then
    raise exception 'kind is %, not new, removed, relisted, price_drop, price_rise or changed', v_asked
      using errcode = 'PMUSE';
  end if;
  perform property_manager.require_page_size(p_rows);
  if v_from is not null or v_upto is not null then
    select coalesce(min(s.id), 1), coalesce(max(s.id), 0) into v_first, v_last
    from property_manager.change_sets s
    where s.committed_at >= coalesce(v_from, '-infinity') and s.committed_at <= coalesce(v_upto, 'infinity');
  end if;
  v_last := least(v_last, p_set);
  -- of all sources in one walk; of one, set by set, so that those of others cost nothing
  for v_part in
    select v_last as upto, v_first as first, false as goes_on
    where not p_wanted ? 'source'
    union all
    (select s.id, s.id, lead(s.id) over (order by s.id desc) is not null
    from property_manager.change_sets s
    where s.source_id = v_source and s.id between v_first and v_last
    order by s.id desc
    limit 1001)
  loop
    select * into v_walked
    from property_manager.walk_changes(v_part.upto,
      case when v_part.upto = p_set then p_change else 9223372036854775807 end, v_part.first, v_kind, v_price,
      p_wanted ->> 'field', v_direction, p_rows - cardinality(v_ids), v_walk::integer);
    v_ids := v_ids || v_walked.ids;
    v_walk := v_walk - v_walked.looked;
    v_ended := coalesce(v_walked.ended, case when v_part.goes_on then array[v_part.upto, 0] end);
    exit when cardinality(v_ids) = p_rows or v_walk <= 0;
  end loop;
  return jsonb_build_object(
    'before', case when v_ended is not null
      then jsonb_build_object('set', v_ended[1], 'change', v_ended[2]) end,
    'changes', coalesce((
      select jsonb_agg(property_manager.change_entry(c.id) order by c.nth)
      from unnest(v_ids) with ordinality c (id, nth)), '[]'));
end
$$;
