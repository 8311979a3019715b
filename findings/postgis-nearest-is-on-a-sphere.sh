#!/usr/bin/env bash
# PostGIS 3.3.2 (Debian 12, 3.3.2+dfsg-1+b1) on PostgreSQL 15: `<->` of two geographies, by which the nearest are asked for,
# is a distance on a sphere. ST_Distance of the same two is one on the ellipsoid, so the nearest by `<->` is not the nearest.
#
# Seen around 28.5 N 81.4 W, with one place 1,000 m north and one 1,002 m east by ST_Distance:
#   order by here <-> there        -> east (1000.12), north (1003.32)
#   order by ST_Distance           -> north (1000.00), east (1002.00)
# With an index or without one. Whoever wants the nearest N asks for more by `<->`, and sorts those by ST_Distance.
set -euo pipefail

work=$(mktemp -d)
as_server() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups env -i PATH="$PATH" LC_ALL=C LD_LIBRARY_PATH="$libraries" "$@"; else LD_LIBRARY_PATH="$libraries" "$@"; fi; }
cleanup() {
  [ ! -e "$work/data/postmaster.pid" ] || as_server "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1
  rm -rf "$work"
}
trap cleanup EXIT

cd "$work"
mkdir debs && cd debs
apt-get download --quiet=2 postgresql-15 postgresql-client-15 libpq5 postgresql-15-postgis-3=3.3.2+dfsg-1+b1 \
  postgresql-15-postgis-3-scripts=3.3.2+dfsg-1 libgeos-c1v5=3.11.1-1 libgeos3.11.1=3.11.1-1 libproj25=9.1.1-1+b1 proj-data=9.1.1-1 \
  libjson-c5 libprotobuf-c1 libtiff6 libsqlite3-0 libcurl3-gnutls 2>/dev/null
cd ..
for package in debs/*.deb; do dpkg -x "$package" debian; done
# the package links its control file by update-alternatives
cp debian/usr/share/postgresql/15/extension/postgis-3.control debian/usr/share/postgresql/15/extension/postgis.control
libraries=$work/debian/usr/lib/x86_64-linux-gnu
bin=$work/debian/usr/lib/postgresql/15/bin
chmod 755 "$work"
mkdir data socket
[ "$(id -u)" != 0 ] || chown nobody:nogroup data socket
as_server "$bin/initdb" -D "$work/data" -U postgres -A trust -N >/dev/null
as_server "$bin/pg_ctl" -D "$work/data" -w -l "$work/data/log" -o "-c listen_addresses='' -k $work/socket -c fsync=off" start >/dev/null
ask() { LD_LIBRARY_PATH=$libraries "$bin/psql" -h "$work/socket" -U postgres -X -A -t -q -c "$1"; }

ask "create extension postgis"
ask "create table places as select name, st_project(st_makepoint(-81.4, 28.5)::geography, metres, radians(way)) as there
  from (values ('north', 1000, 0), ('east', 1002, 90)) p (name, metres, way)"
ask "create index on places using gist (there)"
here="st_makepoint(-81.4, 28.5)::geography"
echo "PostGIS $(ask 'select postgis_lib_version()')"
for way in "there <-> $here" "st_distance(there, $here)"; do
  echo "order by $way:"
  ask "select '  ' || name || ' ' || round(($way)::numeric, 2) from places order by $way"
done
by_operator=$(ask "set enable_seqscan = off; select string_agg(name, ' ') from (select name from places order by there <-> $here) p")
by_distance=$(ask "select string_agg(name, ' ' order by st_distance(there, $here)) from places")
if [ "$by_operator" = "east north" ] && [ "$by_distance" = "north east" ]; then echo "as described above"; else echo "not as described above"; exit 1; fi
