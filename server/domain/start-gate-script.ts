import { SECONDS_SINCE_BOOT } from './gate-shell.ts';

/**
 * Runs as root before each start of a server. It lays standby.signal or does nothing; it holds a start up
 * only while it asks, and fails one only when the signal that is needed cannot be laid. `FILE try` says what
 * it would decide now, without waiting, and changes nothing. Tandem and its database are not asked.
 *
 * The own timeline is that of the control file or of the newest history file: a server that crashed right
 * after its promotion has not written the new one into the control file yet.
 */
export const START_GATE_SCRIPT = `#!/bin/sh
# Tandem start gate, version 2. Asks the other server of the pair who is primary before PostgreSQL starts,
# so that an old primary never comes up writable beside its successor. Usage: start-gate FILE [try]
set -u
LC_ALL=C; export LC_ALL; unset LANGUAGE
file=$1; mode=\${2:-act}
data=; bin=; owner=; system=; slot=; policy=; wait=0; partner=
while read -r key value; do
  case "$key" in
    data) data=$value;; bin) bin=$value;; owner) owner=$value;; system) system=$value;;
    slot) slot=$value;; policy) policy=$value;; wait) wait=$value;; partner) partner=$value;;
  esac
done < "$file" || exit 1
name=$(basename -- "$file" .conf)
as_owner() { if [ "$(id -un)" = "$owner" ]; then "$@"; else setpriv --reuid "$owner" --regid "$(id -gn "$owner")" --init-groups -- "$@"; fi; }
decide() {
  echo "tandem start gate: $1: $2"
  [ "$mode" = try ] && exit 0
  last="/var/lib/tandem-start-gate/$name.last"
  mkdir -p -- "\${last%/*}" && printf '%s\\n%s\\n%s\\n' "$(date +%s)" "$1" "$2" > "$last.new" && mv -f -- "$last.new" "$last"
  if [ "$1" = read-only ] && [ ! -e "$data/standby.signal" ]; then
    as_owner sh -c 'umask 077; : > "$1/standby.signal" && sync -- "$1/standby.signal" "$1"' sh "$data" || exit 1
  fi
  exit 0
}
[ -e "$data/PG_VERSION" ] || decide open 'the directory holds no database'
[ -e "$data/standby.signal" ] && decide read-only 'standby.signal lies there'
once="/run/tandem/open-once/$name"
if [ "$mode" != try ] && [ -e "$once" ]; then rm -f -- "$once"; decide open 'a person allowed this one start'; fi
own=$(as_owner "$bin/pg_controldata" -D "$data" | sed -n "s/^Latest checkpoint's TimeLineID: *//p")
for history in "$data"/pg_wal/*.history; do
  [ -e "$history" ] || continue
  number=$(printf '%d' "0x$(basename -- "$history" .history)" 2>/dev/null) || continue
  [ "$number" -gt "\${own:-0}" ] && own=$number
done
why='it does not answer'
ask() {
  answer=$(as_owner timeout 6 "$bin/psql" -X -A -t -w -F ' ' -d "$partner" -c IDENTIFY_SYSTEM -c 'SHOW in_hot_standby' 2>&1)
  if [ $? -ne 0 ]; then why=$(printf '%s\\n' "$answer" | tail -n 1); return 1; fi
  hot=$(printf '%s\\n' "$answer" | tail -n 1)
  set -- $(printf '%s\\n' "$answer" | head -n 1)
  if [ "$1" != "$system" ]; then why="it is another database system ($1)"; return 1; fi
  timeline=$2
}
${SECONDS_SINCE_BOOT}
end=$(($(since_boot) + wait))
while :; do
  if ask; then
    [ "$hot" = off ] && decide read-only "the partner is the primary, on timeline $timeline"
    [ "$timeline" -gt "\${own:-0}" ] && decide read-only "the partner is on timeline $timeline, this server on \${own:-none}"
    decide open "the partner is a standby on timeline $timeline, this server was on \${own:-none}"
  fi
  if [ "$mode" = try ] || [ "$(since_boot)" -ge "$end" ]; then break; fi
  sleep 1
done
case "$policy" in
  writable) decide open "the partner cannot be asked ($why); the policy says writable";;
  while-attached) [ -n "$slot" ] && [ ! -d "$data/pg_replslot/$slot" ] && decide open "the partner cannot be asked ($why); no standby is attached";;
esac
decide read-only "the partner cannot be asked ($why); the policy says read-only"
`;
