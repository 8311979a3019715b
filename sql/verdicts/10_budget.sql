-- How many pages of a source are fetched on one day, counted for all processes together.

-- Takes one page of today's budget. In: the source; its time zone; the most pages of a day. Out: whether
-- there was one left. A source that is not registered yet has nothing to be counted in.
create function api.take_page(p_source text, p_zone text, p_most integer) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source constant integer := (select s.id from public.sources s where s.name = p_source);
  v_day    constant date := (clock_timestamp() at time zone p_zone)::date;
begin
  if v_source is null then
    return true;
  end if;
  insert into property_manager.pages_of_days as d (source_id, day, pages) values (v_source, v_day, 1)
  on conflict (source_id, day) do update set pages = d.pages + 1 where d.pages < p_most;
  if not found then
    return false;
  end if;
  delete from property_manager.pages_of_days where source_id = v_source and day < v_day - 30;
  return true;
end
$$;
