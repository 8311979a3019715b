-- The database itself: how large our tables are, how current their statistics, who is connected.

-- Our tables and materialized views with their sizes in bytes, rows by the server's statistics, and when
-- these were taken. `empty_share` is the share of a table that holds no rows, guessed by the width of a row
-- where statistics say it.
create function property_manager.table_sizes()
returns table (name text, rows bigint, dead_rows bigint, changed_rows bigint, table_bytes bigint,
  index_bytes bigint, toast_bytes bigint, empty_share numeric, vacuumed_at timestamptz,
  analyzed_at timestamptz, indexes jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select format('%I.%I', n.nspname, c.relname), coalesce(s.n_live_tup, 0), coalesce(s.n_dead_tup, 0),
    coalesce(s.n_mod_since_analyze, 0), pg_relation_size(c.oid), pg_indexes_size(c.oid),
    pg_table_size(c.oid) - pg_relation_size(c.oid),
    case when c.reltuples > 0 and w.width is not null and pg_relation_size(c.oid) > 0
      then round(greatest(1 - c.reltuples::numeric * (w.width + 28) / pg_relation_size(c.oid), 0), 2) end,
    greatest(s.last_vacuum, s.last_autovacuum), greatest(s.last_analyze, s.last_autoanalyze),
    coalesce((
      select jsonb_agg(jsonb_build_object('name', i.relname, 'bytes', pg_relation_size(i.oid),
        'scans', pg_stat_get_numscans(i.oid)) order by pg_relation_size(i.oid) desc, i.relname)
      from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid
      where x.indrelid = c.oid), '[]')
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_stat_all_tables s on s.relid = c.oid
  left join lateral (
    select sum(a.avg_width * (1 - a.null_frac))::numeric as width from pg_catalog.pg_stats a
    where a.schemaname = n.nspname and a.tablename = c.relname) w on true
  where c.relkind in ('r', 'm') and c.relowner = 'property_manager_owner'::regrole
    and n.nspname in ('public', 'property_manager', 'county')
$$;

-- What to do about a table: {why, next_step} each. A fifth of a table is much, and a thousand rows are.
create function property_manager.table_hints(p_name text, p_rows bigint, p_dead bigint, p_changed bigint,
  p_bytes bigint, p_empty numeric, p_analyzed timestamptz) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('why', h.why, 'next_step', h.step)), '[]')
  from (values
    (p_dead > 1000 and p_dead > 0.2 * (p_rows + p_dead), format('%s dead rows', p_dead),
      'db maintain --table ' || p_name),
    (p_analyzed is null and p_rows > 1000, 'it was never analyzed', 'db maintain --table ' || p_name),
    (p_analyzed is not null and p_changed > 1000 and p_changed > 0.2 * p_rows,
      format('%s rows changed since it was analyzed', p_changed), 'db maintain --table ' || p_name),
    (p_bytes > 50000000 and p_empty > 0.5 and p_dead <= 0.2 * (p_rows + p_dead),
      format('about %s %% of it is empty; new rows fill it', round(100 * p_empty)),
      'in psql, while nothing syncs: vacuum (full, analyze) ' || p_name)
  ) h (is_so, why, step)
  where h.is_so
$$;

-- The database: version, size, connections, extensions, and each of our tables, the largest first.
create function api.database_stats() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  select jsonb_build_object(
    'version', current_setting('server_version'),
    'database', current_database(),
    -- pg_database_size() is not for everybody; these are all the tables that there are
    'bytes', (
      select sum(pg_total_relation_size(c.oid))::bigint from pg_catalog.pg_class c
      where c.relkind in ('r', 'm')),
    'connections', (
      select count(*) from pg_catalog.pg_stat_activity a where a.datname = current_database()),
    'connections_of_server', (select count(*) from pg_catalog.pg_stat_activity a where a.datname is not null),
    'connections_most', current_setting('max_connections')::integer,
    'statistics_since', (
      select d.stats_reset from pg_catalog.pg_stat_database d where d.datname = current_database()),
    'extensions', (
      select jsonb_object_agg(e.extname, e.extversion) from pg_catalog.pg_extension e),
    'postgis_available', (
      select a.default_version from pg_catalog.pg_available_extensions a where a.name = 'postgis'),
    'tables', (
      select coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('hints', property_manager.table_hints(
          t.name, t.rows, t.dead_rows, t.changed_rows, t.table_bytes, t.empty_share, t.analyzed_at))
        order by t.table_bytes + t.index_bytes + t.toast_bytes desc, t.name), '[]')
      from property_manager.table_sizes() t))
$$;
