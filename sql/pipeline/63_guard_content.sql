-- Reasons in the content of the plan: values that vanish, one value everywhere, prices that move far.

-- Whether the source has listings already, and the session's scope has been synced before: without both there
-- is no history. A partition is a scope, so its first import has none, whatever the others brought.
create function property_manager.is_established(p_session public.scraping_sessions, p_source public.sources)
returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when property_manager.record_kind(p_source) is null
      then exists (select from public.properties_live where source = p_source.name)
      else exists (select from property_manager.listing_state where source_id = p_source.id) end
    and exists (
      select from public.scraping_sessions s
      where s.scope_id = p_session.scope_id and s.sync_status = 'completed' and s.id <> p_session.id)
$$;

-- How often live has a value; asked only of the few values that look too frequent.
create function property_manager.times_in_live(p_source public.sources, p_what text, p_value text)
returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from public.properties_live l
  where l.source = p_source.name and l.status = 'active' and case p_what
    when 'title' then l.title = p_value
    when 'price' then l.price = p_value::numeric
    else l.latitude::text || ', ' || l.longitude::text = p_value end
$$;

-- Why so many rows lose the value of a field: their cells say so, or there are none.
create function property_manager.why_blanked(p_session public.scraping_sessions, p_field text, p_rows bigint)
returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with said as (
    select i ->> 'kind' as kind, count(*) as rows, min(left(i ->> 'text', 60)) as example
    from property_manager.candidates c
    cross join lateral /*use staged c.session_id, c.row_no*/ s
    cross join lateral jsonb_array_elements(s.issues) i
    where c.session_id = p_session.id and i ->> 'field' = p_field
    group by i ->> 'kind'
  ), most as (
    select * from said where 2 * rows >= p_rows order by rows desc limit 1
  )
  select case
    when p_session.filters_applied -> 'fields_without_column' ? p_field then 'no column fills it any more'
    else coalesce((
      select case kind
        when 'blank' then 'its cells are blank'
        when 'unparseable' then format('its cells cannot be read, such as "%s"', example)
        when 'doubtful' then format('its cells are doubtful, such as "%s"', example)
        when 'stated_none' then format('its cells state that there is none, such as "%s"', example) end
      from most), 'these rows do not show it any more') end
$$;

-- Fields that would lose their value in many known rows. A note stands for a price: where one comes, it goes.
create function property_manager.guard_blanked(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with limits as (
    select g.*
    from jsonb_to_record(p_source.facts -> 'guard') as g (blanked_share numeric, blanked_rows integer)
  ), known as (
    /*use known_rows p_plan*/
  ), blanked as (
    select b.field_name, b.rows
    from (
      select /*each compared ", "*/
        count(*) filter (where s.{name} is null and l.{name} is not null
          and not ('{name}' = 'price_note' and s.price is not null)) as {name}
        /*end*/
      from property_manager.candidates c
      cross join lateral /*use staged c.session_id, c.row_no*/ s
      cross join lateral /*use listing_of p_source.name, c.property_id*/ l
      where c.session_id = p_session.id and c.known and s.standard_status is distinct from 'Delete'
    ) lost
    cross join lateral (values /*each compared ", "*/('{name}', lost.{name})/*end*/) b (field_name, rows)
    where not (p_source.facts -> 'volatile' ? b.field_name)
      and (b.field_name = any (p_session.declared_fields) -- else guard_columns reports it
        or not coalesce(p_session.filters_applied -> 'fields_without_column' ? b.field_name, false))
      -- a column that this scope never had is not missing from it
      and b.field_name = any (p_session.declared_fields || coalesce((
        /*use declared_before p_session*/
      ), '{}'))
  )
  select 'values_vanish',
    format('%s would lose its value in %s of %s known rows: %s; '
        'check the page or the file, then approve the plan',
    b.field_name, b.rows, known.rows, property_manager.why_blanked(p_session, b.field_name, b.rows))
  from blanked b, limits, known
  where b.rows > limits.blanked_share * known.rows and b.rows > limits.blanked_rows
    and not exists (
      select from property_manager.mostly_unread(p_session) m where m.field = b.field_name) -- guard_unread
  order by b.rows desc, b.field_name
$$;

-- One title, price or place in many rows, far more often than live has it. A first session has no history.
create function property_manager.guard_repeated(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with limits as (
    select g.*
    from jsonb_to_record(p_source.facts -> 'guard') as g (repeated_share numeric, repeated_rows integer)
  ), repeated as (
    select distinct on (v.what) v.what, v.value, count(*) as rows
    from property_manager.candidates c
    cross join lateral /*use staged c.session_id, c.row_no*/ s
    cross join lateral (values ('title', s.title), ('price', s.price::text),
      ('coordinates', s.latitude::text || ', ' || s.longitude::text)) v (what, value)
    where c.session_id = p_session.id and v.value is not null
      and property_manager.is_established(p_session, p_source)
    group by v.what, v.value
    order by v.what, count(*) desc
  )
  select 'one_value_everywhere',
    format('%s %s is in %s rows, which is new: it may be of a block page or of another column; '
        'check the page or the file, then approve the plan',
    r.what, left(r.value, 60), r.rows)
  from repeated r, limits
  where case
    when r.rows <= limits.repeated_rows
      or r.rows <= limits.repeated_share * (p_plan.metrics ->> 'total_scraped')::numeric then false
    else r.rows > 3 * property_manager.times_in_live(p_source, r.what, r.value)
  end
$$;

-- Many prices that move far.
create function property_manager.guard_prices(
  p_plan property_manager.plans, p_session public.scraping_sessions, p_source public.sources
) returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with limits as (
    select g.*
    from jsonb_to_record(p_source.facts -> 'guard') as g (price_move numeric, price_move_share numeric,
      price_move_rows integer)
  ), known as (
    /*use known_rows p_plan*/
  ), moved as (
    select count(*) as rows
    from property_manager.plan_changes m, limits
    where m.plan_id = p_plan.id and m.field_name = 'price'
      and jsonb_typeof(m.old_value) = 'number' and jsonb_typeof(m.new_value) = 'number' and m.old_value <> '0'
      and abs((m.new_value #>> '{}')::numeric / (m.old_value #>> '{}')::numeric - 1) > limits.price_move
  )
  select 'prices_leap',
    format('%s prices move by more than %s %%: check units and currency, then approve the plan',
    moved.rows, round(100 * limits.price_move))
  from moved, limits, known
  where moved.rows > limits.price_move_share * known.rows and moved.rows > limits.price_move_rows
$$;
