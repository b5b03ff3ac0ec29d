import { SECONDS_SINCE_BOOT } from '#server/domain/gate-shell.ts';

/** Scripts that run on the host, with the Docker client; arguments, never text, carry the values. */

/**
 * $1 container, $2 seconds, $3 account, $4 data directory, $5 bin directory, $6 script that asks the server.
 * A container that runs is a success once its server accepts connections.
 */
export const START = `${SECONDS_SINCE_BOOT}
end=$(($(since_boot) + $2))
state() { docker container inspect --format '{{.State.Status}}' "$1"; }
[ "$(state "$1")" = running ] || docker start "$1" >/dev/null || exit 1
while left=$((end - $(since_boot))); [ "$left" -gt 0 ]; do
  timeout "$left" docker exec --user "$3" --env LC_ALL=C "$1" timeout "$left" sh -c "$6" sh "$4" "$5" >/dev/null 2>&1 && exit 0
  now=$(state "$1"); [ "$now" = running ] || { echo "the container $1 is $now" >&2; exit 1; }
  sleep 0.1
done
echo "the server in container $1 did not accept connections within $2 s" >&2; exit 1`;

/** Without a user, pg_isready would leave a refusal in the server's log wherever the superuser has another name. */
const AS_SUPERUSER = 'export PGUSER="${POSTGRES_USER:-postgres}" PGDATABASE=postgres\n';

/** In the server's container: $1 data directory, the command follows; it is led to the server's socket. */
export const TO_SERVER = `${AS_SUPERUSER}f="$1/postmaster.pid"; port=$(sed -n 4p "$f" 2>/dev/null); dir=$(sed -n 5p "$f" 2>/dev/null); shift
exec "$@" -h "\${dir:-127.0.0.1}" -p "\${port:-5432}"`;

/** In the server's container: $1 data directory, $2 bin directory. Ends when the server accepts connections. */
export const UNTIL_READY = `${AS_SUPERUSER}while :; do f="$1/postmaster.pid"; port=$(sed -n 4p "$f" 2>/dev/null); dir=$(sed -n 5p "$f" 2>/dev/null)
  [ -n "$port" ] && "$2/pg_isready" -q -t 3 -h "\${dir:-127.0.0.1}" -p "$port" && exit 0; sleep 0.05; done`;

/**
 * $1 container, $2 seconds, $3 INT (fast), QUIT (immediate) or KILL. Never \`docker stop\`: that sends the
 * image's own signal, which may be a smart shutdown, and kills after its time. Docker starts a container
 * again whose process ended by another signal than its own, so its policy is switched off meanwhile; only
 * its own signal and KILL tell the engine that the end was wanted.
 */
export const STOP = `set -- "$@" $(docker container inspect --format '{{.State.Running}} {{.State.Restarting}} {{or .Config.StopSignal "SIGTERM"}} {{or .HostConfig.RestartPolicy.Name "no"}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}' "$1") || exit 1
[ "$#" -eq 8 ] || exit 1
[ "$4" = true ] || exit 0
policy=$7; [ "$policy" = on-failure ] && [ "$8" != 0 ] && policy="on-failure:$8"
if [ "$5" = true ]; then exec docker stop -t 1 "$1" >/dev/null; fi
if [ "$policy" != no ] && [ "$3" != KILL ] && [ "$3" != "\${6#SIG}" ]; then
  docker update --restart=no "$1" >/dev/null || exit 1
  trap 'docker update --restart="$policy" "$1" >/dev/null' EXIT
fi
docker kill --signal "$3" "$1" >/dev/null || [ "$(docker container inspect --format '{{.State.Running}}' "$1")" = false ] || exit 1
timeout "$2" docker wait "$1" >/dev/null
[ "$(docker container inspect --format '{{.State.Running}}' "$1")" = false ] && exit 0
echo "the container $1 still runs after $2 s" >&2; exit 1`;

/**
 * $1 host directory (or volume) of the data. Prints the names of running containers that have it mounted,
 * our helpers left out: a second container on the same files is a living server too.
 */
export const USERS = `docker container inspect --format '{{if not (index .Config.Labels "dev.tandem.tools-of")}}{{.Name}}{{range .Mounts}}{{"\\t"}}{{.Source}}{{end}}{{end}}' $(docker ps --quiet --no-trunc) 2>/dev/null |
  awk -F '\\t' -v source="$1" '{ for (i = 2; i <= NF; i++) if ($i == source) { print $1; next } }'`;

/** In the helper: $1 bin directory, $2 data directory. Prints the postmaster's status word and the cluster state. */
export const CONTROL_STATE = `sed -n 8p -- "$2/postmaster.pid" 2>/dev/null | grep . || echo
if [ ! -e "$2/global/pg_control" ]; then echo no-cluster; exit 0; fi
"$1/pg_controldata" -D "$2" | sed -n 's/^Database cluster state: *//p'`;

/** In the helper: $1 data directory, $2 lines. The collector's log file; exits 1 where there is none. */
export const COLLECTED_LOG = `log=$(sed -n 's/^stderr //p' "$1/current_logfiles" 2>/dev/null); [ -n "$log" ] || exit 1
case "$log" in /*) ;; *) log="$1/$log";; esac; [ -f "$log" ] || exit 1; exec tail -n "$2" -- "$log"`;

/** $1 container, $2 lines. */
export const CONTAINER_LOG = 'exec docker logs --tail "$2" "$1" 2>&1';
