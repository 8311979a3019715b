-- Texts and JSON values with a contact overwritten. p_pattern finds the contact in text, p_bare as a JSON
-- number (null where it cannot be one).

-- Whether a text contains the contact. The screen finds all that the pattern does and little more, at a
-- fraction of its cost.
create function property_manager.contains_contact(p_text text, p_screen text, p_pattern text) returns boolean
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  return p_text ~ p_screen and p_text ~ p_pattern;
end
$$;

-- JSON as text, otherwise unchanged: the contact is overwritten inside of strings, and a number that is one
-- becomes a string.
create function property_manager.erased_json(p_json text, p_pattern text, p_bare text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_bare is null then /*use erased_text p_json, p_pattern*/
    else (
      select string_agg(
        case when t.parts[1] like '"%' then /*use erased_text t.parts[1], p_pattern*/
          else regexp_replace(t.parts[1], p_bare, '\1"[erased]"', 'g') end, '' order by t.nth)
      from regexp_matches(p_json, '"(?:[^"\\]|\\.)*"|[^"]+', 'g') with ordinality t (parts, nth)
    ) end
$$;

-- Bytes that are not JSON, in any encoding that keeps ASCII.
create function property_manager.erased_bytes(p_bytes bytea, p_pattern text) returns bytea
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select decode(/*use erased_text encode(p_bytes, 'escape'), p_pattern*/, 'escape')
$$;

-- The value of one listing field: a contact field with the contact becomes null, a number stays.
create function property_manager.erased_value(p_field text, p_value jsonb, p_pattern text, p_bare text)
returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_value is null or p_value::text !~ p_pattern then p_value
    when f.field_group = 'contact' then null
    when f.role = 'identity' or f.sql_type not in ('text', 'jsonb') then p_value
    else property_manager.erased_json(p_value::text, p_pattern, p_bare)::jsonb end
  from (values (p_field)) given (name)
  left join property_manager.listing_fields f on f.name = given.name
$$;

-- The image of a listing, field by field, without the fields p_wiped.
create function property_manager.erased_image(p_image jsonb, p_pattern text, p_bare text, p_wiped text[])
returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_object_agg(e.key, e.value) filter (where e.value is not null), '{}')
  from (
    select i.key, property_manager.erased_value(i.key, i.value, p_pattern, p_bare) as value
    from jsonb_each(p_image) i
    where i.key <> all (p_wiped)
  ) e
$$;
