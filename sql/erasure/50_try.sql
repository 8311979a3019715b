-- What an erasure would overwrite, found by doing it all and undoing it, in one statement.

-- In: a contact as request_contact_erasure() takes it, or a listing as request_listing_erasure() does; the
-- sources and the patterns, as the steps of an erasure take them. Out: {table: rows}.
create function api.try_erasure(
  p_kind text, p_hash bytea, p_digits integer, p_country_code integer, p_key_check bytea,
  p_source text, p_property_id text, p_fields text[],
  p_sources text[], p_pattern text, p_truncated text, p_bare text, p_screen text,
  p_actor text, p_now timestamptz
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_id     bigint;
  v_source text;
  v_counts jsonb;
begin
  begin
    v_id := case when p_source is null
      then api.request_contact_erasure(p_kind, p_hash, p_digits, p_country_code, p_key_check, p_actor)
      else api.request_listing_erasure(p_source, p_property_id, p_fields, p_actor) end;
    perform api.erase_staged(v_id, p_pattern, p_truncated, p_bare, p_screen);
    foreach v_source in array p_sources loop
      perform api.erase_in_source(v_id, v_source, p_pattern, p_truncated, p_bare, p_screen, p_actor, p_now);
    end loop;
    if p_source is null then
      perform api.erase_elsewhere(v_id, p_truncated, p_bare, p_screen);
    end if;
    v_counts := api.end_erasure(v_id);
    raise exception 'undo what was tried';
  exception when others then
    if v_counts is null then
      raise;
    end if;
  end;
  return v_counts;
end
$$;
