#!/bin/bash
# The interface of the official image's entry script, written anew: makes a cluster in an empty PGDATA from
# POSTGRES_PASSWORD, POSTGRES_USER, POSTGRES_DB and POSTGRES_INITDB_ARGS (each also as NAME_FILE), runs what
# lies in /docker-entrypoint-initdb.d once, and becomes the command as the user postgres.
set -Eeuo pipefail

from_file() {
  local file="$1_FILE"
  if [ -n "${!file:-}" ]; then export "$1=$(< "${!file}")"; unset "$file"; fi
}

run_init_files() {
  local f
  for f in /docker-entrypoint-initdb.d/*; do
    case "$f" in
      *.sh) if [ -x "$f" ]; then "$f"; else . "$f"; fi ;;
      *.sql) ask --dbname "$POSTGRES_DB" -f "$f" ;;
      *.sql.gz) gunzip -c "$f" | ask --dbname "$POSTGRES_DB" ;;
    esac
  done
}

ask() { psql -v ON_ERROR_STOP=1 --no-password --no-psqlrc -q --username "$POSTGRES_USER" "$@"; }

make_cluster() {
  from_file POSTGRES_PASSWORD; from_file POSTGRES_USER; from_file POSTGRES_DB; from_file POSTGRES_INITDB_ARGS
  : "${POSTGRES_USER:=postgres}"; : "${POSTGRES_DB:=$POSTGRES_USER}"
  local trust=
  [ "${POSTGRES_HOST_AUTH_METHOD:-}" = trust ] && trust=yes
  if [ -z "${POSTGRES_PASSWORD:-}" ] && [ -z "$trust" ]; then
    echo >&2 'Error: the database is not initialized and no superuser password is specified: set POSTGRES_PASSWORD'
    exit 1
  fi
  eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "${POSTGRES_PASSWORD:-}") '"${POSTGRES_INITDB_ARGS:-}"
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"
  export PGPASSWORD="${POSTGRES_PASSWORD:-}"
  pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p 5432" -w start
  if [ "$POSTGRES_DB" != postgres ]; then
    ask --dbname postgres --set db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db";'
  fi
  run_init_files
  pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
  echo; echo 'PostgreSQL init process complete; ready for start up.'; echo
}

[ "${1:0:1}" = - ] && set -- postgres "$@"
if [ "$1" = postgres ]; then
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"; chmod 700 "$PGDATA" || :
    find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
    find /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
    exec setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/var/lib/postgresql "$BASH_SOURCE" "$@"
  fi
  mkdir -p "$PGDATA"; chmod 700 "$PGDATA" || :
  [ -s "$PGDATA/PG_VERSION" ] || make_cluster
fi
exec "$@"
