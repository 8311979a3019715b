-- Every other table, found in the catalogue so that none is forgotten when one is added: texts of sessions,
-- errors, results and notes.

-- The columns of our tables that can hold free text, but for those of other steps and those that are names.
create function property_manager.erasable_columns()
returns table (table_name regclass, column_name name, type_name text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select t.oid::regclass, a.attname, pg_catalog.format_type(a.atttypid, null)
  from pg_catalog.pg_class t
  join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    and a.attgenerated = ''
  where t.relkind in ('r', 'p') and not t.relispartition and t.relowner = 'property_manager_owner'::regrole
    and t.relnamespace in ('public'::regnamespace, 'property_manager'::regnamespace)
    and pg_catalog.format_type(a.atttypid, null) in ('text', 'character varying', 'json', 'jsonb', 'bytea')
    and t.relname not in (
      -- done by the steps before
      'property_scrapes_staging', 'properties_live', 'property_changes', 'plan_changes', 'plan_rows', 'pins',
      'findings', 'listing_warnings', 'quarantine',
      -- what the program is and what its owner configures
      'migrations', 'code_objects', 'code_version', 'listing_fields', 'validation_rules', 'sources',
      'erasures', 'subscribers',
      -- hashes: what they are of is overwritten in the store of pages
      'page_bodies')
    and not exists (
      select from pg_catalog.pg_constraint k
      where k.conrelid = t.oid and k.contype in ('p', 'u', 'f') and a.attnum = any (k.conkey))
    and a.attname not in ('property_id', 'source', 'status', 'kind')
$$;

-- Overwrites those columns, and takes pages whose address shows the contact out of the queue.
-- Out: {table: rows}.
create function api.erase_elsewhere(p_erasure bigint, p_truncated text, p_bare text, p_screen text)
returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_table  record;
  v_rows   bigint;
  v_counts jsonb := '{}'::jsonb;
begin
  perform set_config('property_manager.rewriting', 'erase', true);
  -- an address without its contact leads nowhere, and may be that of another page of the queue
  delete from property_manager.frontier f
  where property_manager.contains_contact(f.url, p_screen, p_truncated);
  get diagnostics v_rows = row_count;
  v_counts := v_counts || jsonb_build_object('frontier', v_rows);
  for v_table in
    select c.table_name, t.relname,
      string_agg(format(case c.type_name
          when 'json' then '%1$I = property_manager.erased_json(%1$I::text, $1, $2)::json'
          when 'jsonb' then '%1$I = property_manager.erased_json(%1$I::text, $1, $2)::jsonb'
          when 'bytea' then '%1$I = property_manager.erased_bytes(%1$I, $1)'
          else '%1$I = regexp_replace(%1$I, $1, ''\1\2\3[erased]'', ''g'')' end, c.column_name),
            ', ') as overwritten,
      string_agg(
        format(case c.type_name when 'bytea' then 'encode(%I, ''escape'')' else '%I' end, c.column_name),
        ', ') as read
    from property_manager.erasable_columns() c
    join pg_catalog.pg_class t on t.oid = c.table_name
    group by 1, 2
    order by 2
  loop
    execute format('update %s set %s where property_manager.contains_contact(concat_ws(E''\n'', %s), $3, $1)',
      v_table.table_name, v_table.overwritten, v_table.read)
      using p_truncated, p_bare, p_screen;
    get diagnostics v_rows = row_count;
    v_counts := v_counts || jsonb_build_object(v_table.relname,
      coalesce((v_counts ->> v_table.relname)::bigint, 0) + v_rows);
  end loop;
  perform set_config('property_manager.rewriting', '', true);
  return property_manager.count_erased(p_erasure, v_counts);
end
$$;

-- Analyzes the overwritten tables again: the statistics of the server keep the commonest values of a column.
create function api.forget_statistics(p_erasure bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_table regclass;
begin
  for v_table in
    select t.oid::regclass
    from property_manager.erasures e
    cross join jsonb_object_keys(e.counts) c (name)
    join pg_catalog.pg_class t on t.relname = c.name and t.relowner = 'property_manager_owner'::regrole
    where e.id = p_erasure
  loop
    execute format('analyze %s', v_table);
  end loop;
end
$$;

-- The values that fields of a listing have or had: its texts may repeat them.
create function api.personal_values(p_source text, p_property_id text, p_fields text[])
returns table (field_name text, value text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with known as materialized (
    select o.id as source_id, o.name as source, h.property_id
    from public.sources s
    cross join lateral property_manager.same_homes(s.id, p_property_id) h
    join public.sources o on o.id = h.source_id
    where s.name = p_source
  ), home as materialized (
    select l.* from known k
    join public.properties_live l on l.source = k.source and l.property_id = k.property_id
  )
  select distinct v.field_name, v.value
  from (
    select f.field_name, to_jsonb(l) ->> f.field_name
    from home l cross join unnest(p_fields) f (field_name)
    union all
    select f.field_name, x.value
    from public.property_changes c cross join unnest(p_fields) f (field_name)
    cross join lateral (values
      (case when c.field_name is null then c.new_value ->> f.field_name when c.field_name = f.field_name
        then c.new_value #>> '{}' end),
      (case when c.field_name = f.field_name then c.old_value #>> '{}' end)
    ) x (value)
    where c.listing_id in (select id from home)
    union all
    select f.field_name, to_jsonb(r) ->> f.field_name
    from public.property_scrapes_staging r cross join unnest(p_fields) f (field_name)
    where r.property_id in (select k.property_id from known k)
      and (r.session_id, r.property_id) in (select s.id, k.property_id
        from known k join public.scraping_sessions s on s.source_id = k.source_id)
  ) v (field_name, value)
  where v.value is not null
$$;
