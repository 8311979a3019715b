-- format_value(value)
-- A JSON value as text: nothing, 4,650,000, yes, 3 entries, "a long te…".
case
  when {value} is null or {value} = 'null' then 'nothing'
  when jsonb_typeof({value}) = 'number' then
    case when trunc(({value} #>> '{}')::numeric) = ({value} #>> '{}')::numeric
      then to_char(({value} #>> '{}')::numeric, 'FM999,999,999,999,999,990')
      else to_char(({value} #>> '{}')::numeric, 'FM999,999,999,999,999,990.09999999')
    end
  when jsonb_typeof({value}) = 'boolean' then case when {value} = 'true' then 'yes' else 'no' end
  when jsonb_typeof({value}) = 'array' then jsonb_array_length({value}) || ' entries'
  when jsonb_typeof({value}) = 'object' then (select count(*) from jsonb_object_keys({value})) || ' facts'
  when length({value} #>> '{}') > 60 then '"' || left({value} #>> '{}', 57) || '…"'
  else '"' || ({value} #>> '{}') || '"'
end
