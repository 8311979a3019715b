-- What is unusual in a session beside the last ones of its scope, as far as no reason says so already.

-- A row for each kind and field: the most unusual of it, and how many more there are. In: the reasons that
-- hold the plan; of few rows, of lost values, of one value everywhere and of prices that move they say more.
create function property_manager.unusual(p_session uuid, p_severity text, p_reasons jsonb)
returns table (kind text, field text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.kind, a.field, a.sentence || case when a.more > 0
    then format(' (and %s more group%s of homes)', a.more, case when a.more = 1 then '' else 's' end)
    else '' end
  from (
    select distinct on (o.kind, o.field) o.*, count(*) over (partition by o.kind, o.field) - 1 as more
    from property_manager.quality_anomalies o
    where o.session_id = p_session and o.severity = p_severity
    order by o.kind, o.field, o.nth
  ) a
  where not exists (
    select from jsonb_array_elements(p_reasons) r
    where case
      when a.kind = 'volume' then r ->> 'code' in ('few_rows', 'many_leaving', 'no_usable_rows')
      when a.kind = 'null rate' then r ->> 'code' in ('values_vanish', 'column_gone', 'cells_unread')
        and r ->> 'sentence' ~ ('^' || a.field || '[ :]')
      when a.kind = 'repeated value' then r ->> 'code' = 'one_value_everywhere'
        and starts_with(r ->> 'sentence', a.field || ' ')
      when a.kind = 'price level' or a.field = 'price' then r ->> 'code' in ('prices_shift', 'prices_leap')
    end)
    -- prices that moved everywhere moved in each place
    and not (a.kind = 'price level' and exists (
      select from property_manager.quality_anomalies d
      where d.session_id = p_session and d.kind = 'distribution' and d.field = 'price'))
  order by a.nth
$$;
