-- One listing and what became of it.

-- The fields that say how to reach somebody.
create function property_manager.contact_fields() returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array[/*each personal ", "*/'{name}'/*end*/]
$$;

-- The changes of a listing, newest first, but for those of contacts.
create function property_manager.public_history(p_listing uuid, p_before bigint, p_rows integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('change_id', c.id, 'changed_at', s.committed_at,
    'change_type', c.change_type, 'field', c.field_name, 'old', c.old_value,
    'new', case when c.field_name is null then c.new_value - property_manager.contact_fields()
      else c.new_value end) order by c.id desc), '[]')
  from (
    select h.*
    from public.property_changes h
    where h.listing_id = p_listing and (p_before is null or h.id < p_before)
      and (h.field_name is null or h.field_name <> all (property_manager.contact_fields()))
    order by h.id desc
    limit p_rows
  ) c
  join property_manager.change_sets s on s.id = c.change_set_id
$$;

-- A listing, by its id or by source and property_id, with its newest changes: {listing, history:
-- [{change_id, changed_at, change_type, field, old, new}]}; null where there is none. It has no field
-- that says how to reach somebody, unless the listing's source permits that, and history has none of them
-- at all. before: the last change_id of the page before.
create function public.listing_with_history(id uuid default null, source text default null,
  property_id text default null, page_size integer default 20, before bigint default null) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  v_id constant uuid := coalesce(listing_with_history.id, property_manager.listing_named(
    listing_with_history.source, listing_with_history.property_id));
begin
  perform property_manager.require_page_size(page_size);
  if property_manager.is_answered('listing_with_history') then
    return null;
  end if;
  return (
    select jsonb_build_object('listing', to_jsonb(l) - case
        when has_table_privilege(property_manager.caller(), 'public.properties_live', 'select')
          or (select f.facts -> 'public_contacts' = 'true' from public.sources f where f.name = l.source)
          then '{}' else property_manager.contact_fields() end,
      'history', property_manager.public_history(l.id, before, page_size))
    from public.listings l
    where l.id = v_id);
end
$$;
grant execute on function public.listing_with_history to authenticated, service_role;
