-- list_difference(old, new)
-- What was added to a JSON list and what was dropped from it, three entries of each: added "pool" dropped
-- "gym".
concat_ws(' ',
  (select 'added ' || string_agg(/*use format_value e*/, ', ') from (
    select e from jsonb_array_elements({new}) e except select e from jsonb_array_elements({old}) e
    limit 3) gained (e)),
  (select 'dropped ' || string_agg(/*use format_value e*/, ', ') from (
    select e from jsonb_array_elements({old}) e except select e from jsonb_array_elements({new}) e
    limit 3) lost (e)))
