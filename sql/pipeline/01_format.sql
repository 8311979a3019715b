-- Formats changes for people: price 4,650,000 → 4,400,000 MXN (−5.4 %). Most of these functions are stable
-- and have no search_path of their own, so they become part of the calling query.

-- The number of keys of a JSON object.
create function property_manager.count_keys(p_object jsonb) returns bigint
language sql stable as $$
  select count(*) from jsonb_object_keys(p_object)
$$;

-- A JSON value as text: nothing, 4,650,000, yes, 3 entries, "a long te…".
create function property_manager.format_value(p_value jsonb) returns text
language sql stable as $$
  select case
    when p_value is null or p_value = 'null' then 'nothing'
    when jsonb_typeof(p_value) = 'number' then
      case when trunc((p_value #>> '{}')::numeric) = (p_value #>> '{}')::numeric
        then to_char((p_value #>> '{}')::numeric, 'FM999,999,999,999,999,990')
        else to_char((p_value #>> '{}')::numeric, 'FM999,999,999,999,999,990.09999999')
      end
    when jsonb_typeof(p_value) = 'boolean' then case when p_value = 'true' then 'yes' else 'no' end
    when jsonb_typeof(p_value) = 'array' then jsonb_array_length(p_value) || ' entries'
    when jsonb_typeof(p_value) = 'object' then property_manager.count_keys(p_value) || ' facts'
    when length(p_value #>> '{}') > 60 then '"' || left(p_value #>> '{}', 57) || '…"'
    else '"' || (p_value #>> '{}') || '"'
  end
$$;

-- What was added to a JSON list and dropped from it, three entries of each. A statement over many rows uses
-- the snippet.
create function property_manager.list_difference(p_old jsonb, p_new jsonb) returns text
language sql stable as $$
  select /*use list_difference p_old, p_new*/
$$;

-- A relative change as text: (−5.4 %).
create function property_manager.format_move(p_share numeric) returns text
language sql stable as $$
  select format(' (%s%s %%)', case when round(100 * p_share, 1) < 0 then '−'
    else '+' end, to_char(abs(round(100 * p_share, 1)), 'FM999,999,990.0'))
$$;

-- One change as text, with the currency of a price and the percentage of a number.
create function property_manager.describe_change(p_field text, p_compare text, p_old jsonb, p_new jsonb,
  p_currency text) returns text
language sql stable as $$
  select p_field || ' ' || case
    when jsonb_typeof(p_old) = 'array' and jsonb_typeof(p_new) = 'array' then
      coalesce(nullif(property_manager.list_difference(p_old, p_new), ''), 'reordered')
    else property_manager.format_value(p_old) || ' → ' || property_manager.format_value(p_new)
      || case when p_field in ('price', 'price_max', 'price_per_m2') and jsonb_typeof(p_new) = 'number'
           then coalesce(' ' || p_currency, '') else '' end
      || case when p_compare = 'percent' and jsonb_typeof(p_old) = 'number' and jsonb_typeof(p_new) = 'number'
           and (p_old #>> '{}')::numeric <> 0
           then property_manager.format_move((p_new #>> '{}')::numeric / (p_old #>> '{}')::numeric - 1)
           else '' end
  end
$$;
