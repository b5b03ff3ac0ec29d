import { AppError } from '#server/errors/app-error.ts';
import type { StopState } from '#server/ports/postgres-runtime.ts';

/**
 * Shell functions that the scripts share. A postmaster lives when the process of postmaster.pid works
 * in this very directory: a process number alone may belong to anybody after a crash or a reboot.
 */
const FUNCTIONS = `data() { readlink -f -- "$1"; }
postmaster() { p=$(head -n1 -- "$1/postmaster.pid" 2>/dev/null); case "$p" in ''|*[!0-9]*) return 1;; esac
  [ "$(readlink -- "/proc/$p/cwd" 2>/dev/null)" = "$(data "$1")" ] && echo "$p"; }
our_log() { printf '%s/.local/state/tandem/log/%s.log' "$HOME" "$(data "$1" | cksum | cut -d' ' -f1)"; }
remember_log() { p=$(postmaster "$1") || return 0; f=$(readlink -- "/proc/$p/fd/2"); [ -f "$f" ] || return 0
  o=$(our_log "$1"); umask 077; mkdir -p -- "\${o%/*}" && printf '%s\\n' "$f" > "$o.before"; }
start_log() { o=$(our_log "$1"); f=$(head -n1 -- "$o.before" 2>/dev/null); if [ -n "$f" ] && [ -w "$f" ]; then echo "$f"; else echo "$o"; fi; }
`;

/**
 * $1 bin directory, $2 data directory, $3 seconds. A server that runs is a success. Options of the
 * last start (postmaster.opts) are given again, as \`pg_ctl restart\` does: a port or a setting on the
 * command line must not be lost. It goes on writing into the file that it wrote before we stopped it.
 */
export const START_SERVER = `${FUNCTIONS}umask 077
if postmaster "$2" >/dev/null; then exec "$1/pg_ctl" -D "$2" status >/dev/null; fi
log=$(start_log "$2"); mkdir -p -- "\${log%/*}" || exit 1
options=$(sed -n '1s/^[^"]*\\("\\)/\\1/p' "$2/postmaster.opts" 2>/dev/null)
case "$options" in ''|'"-D" "'"$2"'"') exec "$1/pg_ctl" -D "$2" -s -w -t "$3" -l "$log" start;; esac
exec "$1/pg_ctl" -D "$2" -s -w -t "$3" -l "$log" -o "$options" start`;

/** Ends the process $p; arguments as STOP_SERVER has them. */
const END_POSTMASTER = `kill -s "$3" "$p" || exit 0
if [ "$3" = KILL ]; then d=$(data "$1"); for q in /proc/[0-9]*; do [ "$(readlink -- "$q/cwd" 2>/dev/null)" = "$d" ] && kill -s KILL "\${q#/proc/}" 2>/dev/null; done
  n=$(($2 / 20)); while [ "$n" -gt 0 ]; do n=$((n - 1)); left=; for q in /proc/[0-9]*; do [ "$(readlink -- "$q/cwd" 2>/dev/null)" = "$d" ] && left=1; done
    [ -z "$left" ] && exit 0; sleep 0.01; done; echo "a process of the server still runs after $2 ms" >&2; exit 1; fi
n=$(($2 / 4)); while [ -e "$1/postmaster.pid" ] && [ "$n" -gt 0 ]; do n=$((n - 1)); sleep 0.003
  if [ $((n % 64)) -eq 0 ]; then postmaster "$1" >/dev/null || exit 0; fi; done
[ -e "$1/postmaster.pid" ] || exit 0
postmaster "$1" >/dev/null || exit 0
echo "the postmaster (process $p) still runs after $2 ms" >&2; exit 1`;

/**
 * $1 data directory, $2 milliseconds, $3 INT (fast), QUIT (immediate) or KILL (postmaster first, so that
 * it starts no child anew, then every process that works in the directory). A server that does not run is
 * a success. Signals as pg_ctl does, but looks every few milliseconds where pg_ctl looks ten times a
 * second: nobody writes while this waits. postmaster.pid goes as the postmaster's last act.
 */
export const STOP_SERVER = `${FUNCTIONS}p=$(postmaster "$1") || exit 0
remember_log "$1"
${END_POSTMASTER}`;

/**
 * $1 data directory, $2 seconds, $3 unit. A server that runs is a success, whoever started it; while systemd
 * has yet to see that its process is gone, a start would do nothing. Starts that systemd has counted are
 * forgotten, and after a start that failed it does not go on trying: nothing may come up behind our back.
 */
export const START_UNIT = `${FUNCTIONS}state() { systemctl is-active -- "$1"; }
n=0; while [ "$(state "$3")" = active ]; do postmaster "$1" >/dev/null && exit 0
  n=$((n + 1)); [ "$n" -gt 100 ] && break; sleep 0.05; done
case "$(state "$3")" in inactive|failed) postmaster "$1" >/dev/null && exit 0;; esac
systemctl reset-failed -- "$3" 2>/dev/null
timeout "$2" systemctl start -- "$3"; code=$?
if [ "$code" -ne 0 ] && [ "$code" -ne 124 ]; then systemctl stop -- "$3" 2>/dev/null; exit "$code"; fi
[ "$code" -eq 0 ] && postmaster "$1" >/dev/null || { echo "no server runs after the start of $3" >&2; exit 1; }`;

/**
 * As STOP_SERVER, for a server that systemd watches: $4 is its unit. The unit is told as well, without
 * waiting: it must not start the server again, whatever its Restart= says, also where the server just
 * crashed. Told after the signal where clients wait for the end; a unit that would signal every process, also
 * those that still send to the standby, is told when they are gone. What it started again meanwhile is stopped.
 */
export const STOP_UNIT = `${FUNCTIONS}unit() { [ ! -d /run/systemd/system ] || systemctl --no-ask-password stop "$@"; }
spares_children() { say=$(systemctl show -p KillMode,ExecStop -- "$1" 2>/dev/null)
  case "$say" in *KillMode=control-group*) case "$say" in *ExecStop=?*) ;; *) return 1;; esac;; esac; }
p=$(postmaster "$1") || { unit -- "$4"; p=$(postmaster "$1") || exit 0; }
if [ "$3" = INT ]; then (sleep 0.005; spares_children "$4" && unit --no-block -- "$4") & else unit --no-block -- "$4" & fi
told=$!
(${END_POSTMASTER}) || exit 1
wait "$told" || unit -- "$4"
p=$(postmaster "$1") || exit 0
${END_POSTMASTER}`;

/**
 * $1 bin directory, $2 data directory, $3 postgresql.conf. Recovery without fsync of each file is
 * pg_rewind's own way, but here the result must stand a power loss, so it is left on. The signal lies
 * aside under our own name.
 */
export const RECOVER = `${FUNCTIONS}postmaster "$2" >/dev/null && exit 3
kept="$2/tandem-standby.signal"
[ -e "$2/standby.signal" ] && mv -f -- "$2/standby.signal" "$kept"
trap '[ -e "$kept" ] && mv -f -- "$kept" "$2/standby.signal"' EXIT
"$1/postgres" --single -D "$2" -c config_file="$3" -c archive_mode=off template1 </dev/null`;

/** $1 bin directory, $2 data directory. Prints process number, status word and cluster state, a line each. */
export const POSTMASTER = `${FUNCTIONS}pid=$(postmaster "$2"); status=
[ -n "$pid" ] && status=$(sed -n 8p -- "$2/postmaster.pid" 2>/dev/null)
printf '%s\\n%s\\n' "$pid" "$status"
if [ ! -e "$2/global/pg_control" ]; then echo no-cluster; exit 0; fi
"$1/pg_controldata" -D "$2" | sed -n 's/^Database cluster state: *//p'`;

/**
 * $1 bin directory. Prints the C library's version and ICU's, a line each, empty where it cannot be told, and the
 * names of the locales that are there.
 */
export const LOCALE_LIBRARY = `getconf GNU_LIBC_VERSION 2>/dev/null || echo
echo "$(ldd "$1/postgres" 2>/dev/null | sed -n 's/.*libicui18n\\.so\\.\\([0-9]*\\).*/\\1/p' | sort -u | head -n 1)"
locale -a 2>/dev/null || :`;

/**
 * $1 data directory, $2 lines, $3 a file, $4 a unit, both possibly empty. Where the server logs to: its
 * collector, its own standard error, our start log, the file that its way of running keeps, the journal.
 */
export const LOG_TAIL = `${FUNCTIONS}pid=$(postmaster "$1"); log=
if [ -s "$1/current_logfiles" ]; then log=$(sed -n 's/^stderr //p' "$1/current_logfiles"); case "$log" in /*|'') ;; *) log="$1/$log";; esac; fi
if [ -z "$log" ] && [ -n "$pid" ]; then log=$(readlink -- "/proc/$pid/fd/2"); fi
[ -f "$log" ] || log=$(our_log "$1")
[ -f "$log" ] || log=$3
if [ -f "$log" ]; then exec tail -n "$2" -- "$log"; fi
if [ -n "$4" ] && command -v journalctl >/dev/null; then exec journalctl -q --no-pager -o cat -n "$2" -u "$4"; fi`;

/**
 * Process and control file together. While the postmaster lives, "shut down" means that writes have
 * ended and it waits for a receiver or an archiver, unless it says itself that it is starting.
 */
export function readStopState(output: string, dataDirectory: string): StopState {
  const [pid = '', status = '', clusterState = ''] = output.split('\n');
  if (clusterState === '') {
    throw new AppError('COMMAND_FAILED', { message: `the control file of ${dataDirectory} cannot be read` });
  }
  if (clusterState === 'no-cluster') return 'no-cluster';
  const isShutDown = clusterState.startsWith('shut down');
  if (pid === '') return isShutDown ? 'stopped-cleanly' : 'stopped-uncleanly';
  return isShutDown && status.trim() === 'stopping' ? 'writes-ended' : 'running';
}
