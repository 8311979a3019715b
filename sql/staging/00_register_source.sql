-- Registers a source or brings its facts up to date.
-- In: its facts (config.source.Source as JSON). Out: its id and whether it is new.
create function api.register_source(p_facts jsonb, out source_id integer, out is_new boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform property_manager.refuse_merged(s) from public.sources s where s.name = p_facts ->> 'name';
  if not exists (select from pg_catalog.pg_ts_config where cfgname = p_facts ->> 'language') then
    raise exception 'source %: language: there is no text search configuration "%"', p_facts ->> 'name',
      p_facts ->> 'language'
      using errcode = 'PMUSE',
        hint = 'choose one that psql shows with \dF: simple, english, spanish …';
  end if;
  insert into public.sources as s (name, hosts, currency, country, language, facts)
  values (
    p_facts ->> 'name',
    array(select jsonb_array_elements_text(p_facts -> 'hosts')),
    p_facts ->> 'currency',
    p_facts ->> 'country',
    p_facts ->> 'language',
    p_facts
  )
  on conflict (name) do update
    set hosts = excluded.hosts, currency = excluded.currency, country = excluded.country,
        language = excluded.language, facts = excluded.facts, updated_at = now()
    where s.facts is distinct from excluded.facts
  returning s.id, s.xmax = 0 into source_id, is_new;
  if source_id is null then -- known, and with these very facts
    select s.id, false into source_id, is_new from public.sources s where s.name = p_facts ->> 'name';
  end if;
  insert into property_manager.leases (source_id) values (register_source.source_id) on conflict do nothing;
end
$$;

-- Every fact of a source, or null.
create function api.source_facts(p_source text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select facts from public.sources where name = p_source
$$;

-- The names of all sources.
create function api.source_names() returns table (name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.name from public.sources s order by s.name
$$;
