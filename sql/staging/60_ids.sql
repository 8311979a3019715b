-- The ids of a scrape: learned over all its pages together, before the session ends.

-- The remembered rule of a source, or null.
create function api.id_rule(p_source text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select id_rule from public.sources where name = p_source
$$;

-- The pages of a session as far as their ids are concerned, in order: what each states its id to be, what the
-- id must not be mistaken for, and the id of the listing that the catalogue has of this address.
create function api.pages_to_name(p_session uuid) returns table (
  row_no integer, source_url text, property_id text, stated json, known text, title text, address text,
  postal_code text, price numeric, price_max numeric, covered_area_m2 numeric, total_area_m2 numeric,
  lot_size_m2 numeric, construction_year integer, agent_phone text
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with known as (
    select l.source_url, min(l.property_id) as property_id
    from public.scraping_sessions n
    join public.sources f on f.id = n.source_id
    join public.properties_live l on l.source = f.name
    where n.id = p_session
      and l.source_url in (
        select s.source_url from public.property_scrapes_staging s where s.session_id = p_session)
    group by l.source_url
  )
  select s.row_no, s.source_url, s.property_id, s.raw -> 'stated_ids', k.property_id, s.title, s.address,
    s.postal_code, s.price, s.price_max, s.covered_area_m2, s.total_area_m2, s.lot_size_m2,
    s.construction_year, s.agent_phone
  from public.property_scrapes_staging s
  left join known k using (source_url)
  where s.session_id = p_session and s.source_url is not null and s.problem is null
  order by s.row_no
$$;

-- Those of these ids that are listings of the source.
create function api.ids_shown(p_source text, p_ids text[]) returns table (property_id text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.property_id from public.properties_live l
  where l.source = p_source and l.property_id = any (p_ids)
$$;

-- Gives rows of an open session other ids, in their columns and as read; remembers the rule of the source.
-- In: the rows' numbers, an id for each, where each was read; the rule, or null to remember none.
create function api.name_pages(
  p_session uuid, p_writer uuid, p_known bigint,
  p_rows integer[], p_ids text[], p_where text, p_rule jsonb
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.require_writer(p_session, p_writer, p_known);
  update public.property_scrapes_staging s
  set property_id = named.id,
      raw = pg_catalog.jsonb_set(s.raw::jsonb, '{property_id}', to_jsonb(named.id))::json,
      evidence = coalesce(s.evidence, '{}') || jsonb_build_object('property_id', p_where)
  from unnest(p_rows, p_ids) as named (row_no, id)
  where s.session_id = p_session and s.row_no = named.row_no;
  if p_rule is not null then
    update public.sources f set id_rule = p_rule, updated_at = now()
    from public.scraping_sessions n
    where n.id = p_session and f.id = n.source_id and f.id_rule is distinct from p_rule;
  end if;
end
$$;
