import { SECONDS_SINCE_BOOT } from './gate-shell.ts';

/**
 * For a server in a container, whose start nothing can stand before: the engine starts it with all others.
 * `hold` runs before the engine and lays standby.signal, so that the engine's start is read-only; `release`
 * runs after it, asks the partner through the helper container, and opens the server where the answer allows
 * it. `learn` notes where the data directory lies on the host. `try` says what it would decide now. A signal
 * that somebody else laid meanwhile is never taken away. Whether the container started after `hold` is told by
 * hundredths of seconds since the boot (proc(5), /proc/pid/stat), because the clock may be set in between.
 */
export const CONTAINER_GATE_SCRIPT = `#!/bin/sh
# Tandem start gate of a server in a container, version 2. Usage: start-gate-container FILE learn|hold|release|try
set -u
LC_ALL=C; export LC_ALL; unset LANGUAGE
file=$1; mode=$2
data=; bin=; owner=; system=; slot=; policy=; wait=0; partner=; container=
while read -r key value; do
  case "$key" in
    data) data=$value;; bin) bin=$value;; owner) owner=$value;; system) system=$value;; slot) slot=$value;;
    policy) policy=$value;; wait) wait=$value;; partner) partner=$value;; container) container=$value;;
  esac
done < "$file" || exit 1
name=$(basename -- "$file" .conf)
learned="\${file%.conf}.files"; held="/run/tandem/held/$name"; helper="tandem-tools-$container"
if [ "$mode" = learn ]; then
  place=$(docker container inspect --format '{{range .Mounts}}{{.Destination}}{{"\\t"}}{{.Source}}{{"\\n"}}{{end}}' "$container" |
    awk -F '\\t' -v data="$data" '$1 != "" && (data == $1 || index(data, $1 "/") == 1) && length($1) > best { best = length($1); found = $2 substr(data, best + 1) } END { print found }')
  [ -n "$place" ] && [ -e "$place/PG_VERSION" ] || { echo "the files of $container are not found on the host" >&2; exit 1; }
  printf '%s\\n' "$place" > "$learned.new" && mv -f -- "$learned.new" "$learned"; exit
fi
files=$(cat -- "$learned" 2>/dev/null); signal="$files/standby.signal"
[ -n "$files" ] && [ -e "$files/PG_VERSION" ] || exit 0
stamp() { stat -c '%i %y' -- "$signal" 2>/dev/null; }
started_at() { echo $(($(sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20) * 100 / $(getconf CLK_TCK))); }
now() { read -r up rest < /proc/uptime; echo "\${up%.*}\${up#*.}"; }
is_held() { [ "$(stamp)" = "$(head -n 1 -- "$held")" ]; }
${SECONDS_SINCE_BOOT}
if [ "$mode" = hold ]; then
  [ -e "$signal" ] && exit 0
  umask 077; mkdir -p -- "\${held%/*}"; echo 'held by the start gate' > "$signal" && chown --reference="$files/PG_VERSION" -- "$signal" && sync -- "$signal" "$files" && { stamp; now; } > "$held"
  exit
fi
decide() {
  if [ "$mode" = release ] && [ "$1" = open ] && ! is_held; then set -- read-only 'somebody else laid standby.signal'; fi
  echo "tandem start gate: $1: $2"
  [ "$mode" = try ] && exit 0
  last="/var/lib/tandem-start-gate/$name.last"
  mkdir -p -- "\${last%/*}" && printf '%s\\n%s\\n%s\\n' "$(date +%s)" "$1" "$2" > "$last.new" && mv -f -- "$last.new" "$last"
  if [ "$1" = open ]; then
    since=$(sed -n 2p -- "$held")
    is_held || exit 0
    rm -f -- "$signal" && sync -- "$files"
    if ask && [ "$hot" = off ]; then : > "$signal"; chown --reference="$files/PG_VERSION" -- "$signal"; sync -- "$signal" "$files"; rm -f -- "$held"; exit 0; fi
    set -- $(docker container inspect --format '{{.State.Running}} {{.State.Pid}}' "$container")
    [ "\${1:-}" = true ] && [ "$(started_at "$2")" -ge "$since" ] && docker restart -t 60 "$container" >/dev/null
  fi
  rm -f -- "$held"; exit 0
}
if [ "$mode" = release ]; then
  [ -e "$held" ] || exit 0
elif [ -e "$signal" ]; then decide read-only 'standby.signal lies there'
fi
docker start "$helper" >/dev/null 2>&1
inside() { timeout 12 docker exec --user "$owner" --env LC_ALL=C "$helper" timeout 6 "$@"; }
why='it does not answer'
ask() {
  answer=$(inside "$bin/psql" -X -A -t -w -F ' ' -d "$partner" -c IDENTIFY_SYSTEM -c 'SHOW in_hot_standby' 2>&1)
  if [ $? -ne 0 ]; then why=$(printf '%s\\n' "$answer" | tail -n 1); return 1; fi
  hot=$(printf '%s\\n' "$answer" | tail -n 1)
  set -- $(printf '%s\\n' "$answer" | head -n 1)
  if [ "$1" != "$system" ]; then why="it is another database system ($1)"; return 1; fi
  timeline=$2
}
end=$(($(since_boot) + wait))
while :; do
  own=$(inside "$bin/pg_controldata" -D "$data" 2>/dev/null | sed -n "s/^Latest checkpoint's TimeLineID: *//p")
  for history in "$files"/pg_wal/*.history; do
    [ -e "$history" ] || continue
    number=$(printf '%d' "0x$(basename -- "$history" .history)" 2>/dev/null) || continue
    [ "$number" -gt "\${own:-0}" ] && own=$number
  done
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
  while-attached) [ -n "$slot" ] && [ ! -d "$files/pg_replslot/$slot" ] && decide open "the partner cannot be asked ($why); no standby is attached";;
esac
decide read-only "the partner cannot be asked ($why); the policy says read-only"
`;
