import { clusterConfigDirectory, unitOf, type InstanceLocation } from '#server/domain/instance-location.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { rootAsked } from '../on-host/as-root.ts';
import { LOG_TAIL, START_UNIT, STOP_UNIT } from '../on-host/server-scripts.ts';
import type { ServerControl } from '../on-host/server-control.ts';
import { readAutostart } from '../on-host/read-autostart.ts';
import { stopWaitMs, STOP_SIGNALS } from '../on-host/stop-signals.ts';

/**
 * As START_UNIT, then $4 version, $5 cluster. pg_ctlcluster would go through systemd itself where that runs,
 * but stumbles over starts that systemd has counted.
 */
const START = `if [ ! -d /run/systemd/system ] || [ "$(id -u)" != 0 ]; then
  pg_ctlcluster "$4" "$5" status >/dev/null 2>&1 || timeout "$2" pg_ctlcluster "$4" "$5" start || exit 1
  exec pg_ctlcluster "$4" "$5" status
fi
${START_UNIT}`;

/** Told in start.conf beside the mode, so that it is given back to whom it was taken from. */
const TAKEN = '# taken away by Tandem';

/**
 * $1 start.conf, $2 unit. Prints on, off or taken. A unit that somebody enabled by name starts at boot whatever
 * start.conf says; the generator's own links lie in /run.
 */
const AUTOSTART = `mode=$(sed -n 's/^[[:space:]]*\\([a-z]\\{1,\\}\\).*/\\1/p' "$1" 2>/dev/null | head -n 1)
[ -d /run/systemd/system ] && ls /etc/systemd/system/*.wants/"$2" >/dev/null 2>&1 && mode=auto
case "$mode" in auto|'') echo on;; *) if grep -q '${TAKEN}' "$1"; then echo taken; else echo off; fi;; esac`;

/** $1 start.conf, $2 unit, $3 auto or manual, $4 a remark. Rewritten in place: owner, mode and comments stay. */
const SET_AUTOSTART = `line=$3\${4:+ $4}; new=$(sed 's/^[[:space:]]*\\(auto\\|manual\\|disabled\\).*/'"$line"'/' "$1" 2>/dev/null)
printf '%s\\n' "$new" | grep -q "^$3" || new=$(printf '%s\\n%s' "$new" "$line")
printf '%s\\n' "$new" > "$1" || exit 1; sync -- "$1"
if [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ]; then
  [ "$3" = manual ] && ls /etc/systemd/system/*.wants/"$2" >/dev/null 2>&1 && systemctl disable -q -- "$2"
  systemctl daemon-reload
fi; true`;

/**
 * $1 configuration directory, $2 data directory. pg_createcluster writes \`environment\` last of what
 * matters; a cluster of the same name with other data is not ours.
 */
const IS_REGISTERED = `[ -e "$1/environment" ] && [ -e "$1/postgresql.conf" ] && [ -e "$1/pg_hba.conf" ] || { echo no; exit 0; }
grep -q "^data_directory *= *'$2'" "$1/postgresql.conf" && echo yes || echo no`;

/**
 * $1 configuration directory, $2 data directory, $3 port, $4 version, $5 cluster. Takes on a directory that
 * is filled already. A try that broke off gives the files back first: pg_createcluster refuses to go on.
 */
const REGISTER = `[ -e "$2/PG_VERSION" ] || { echo "$2 holds no cluster" >&2; exit 1; }
for f in postgresql.conf pg_hba.conf pg_ident.conf; do
  if [ -e "$1/$f" ] && [ ! -e "$2/$f" ]; then mv -- "$1/$f" "$2/$f" || exit 1; fi; done
rm -rf -- "$1"
exec pg_createcluster -d "$2" -p "$3" --start-conf=auto "$4" "$5"`;

/** $1 configuration directory. */
const UNREGISTER = `rm -rf -- "$1"; [ ! -d /run/systemd/system ] || systemctl daemon-reload`;

/** A cluster of postgresql-common: started by pg_ctlcluster, at boot when its start.conf says auto. */
export function clusterControl(
  location: InstanceLocation,
  transports: { read: HostTransport; act: HostTransport },
): ServerControl {
  const { dataDirectory, osOwner } = location;
  const { unit, configDirectory, version, cluster } = clusterOf(location);
  const startConf = `${configDirectory}/start.conf`;
  const mayBeRoot = rootAsked(transports.read);
  const script = async (transport: HostTransport, body: string, args: readonly string[], o: Wait) => {
    const runAs = (await mayBeRoot(o)) ? 'root' : osOwner;
    return transport.require({ argv: ['sh', '-c', body, 'sh', ...args], runAs, cwd: '/' }, o);
  };
  const { port } = location;
  return {
    registration: {
      isRegistered: async (o) => {
        const { stdout } = await script(transports.read, IS_REGISTERED, [configDirectory, dataDirectory], o);
        return stdout.trim() === 'yes';
      },
      register: async (o) => {
        const args = [configDirectory, dataDirectory, String(port), version, cluster];
        await script(transports.act, REGISTER, args, o);
      },
      unregister: async (o) => {
        await script(transports.act, UNREGISTER, [configDirectory], o);
      },
    },
    start: async (o) => {
      const seconds = String(Math.max(1, Math.ceil(o.timeoutMs / 1_000)));
      await script(transports.act, START, [dataDirectory, seconds, unit, version, cluster], o);
    },
    stop: async (o) => {
      const args = [dataDirectory, stopWaitMs(o), STOP_SIGNALS[o.mode], unit];
      await script(transports.act, STOP_UNIT, args, o);
    },
    autostart: async (o) => {
      const { stdout } = await script(transports.read, AUTOSTART, [startConf, unit], o);
      return readAutostart(stdout);
    },
    setAutostart: async (on, o) => {
      await script(
        transports.act,
        SET_AUTOSTART,
        [startConf, unit, on ? 'auto' : 'manual', on ? '' : TAKEN],
        o,
      );
    },
    readLogTail: async (lines, o) => {
      const log = `/var/log/postgresql/postgresql-${version}-${cluster}.log`;
      return (await script(transports.read, LOG_TAIL, [dataDirectory, String(lines), log, unit], o)).stdout;
    },
  };
}

function clusterOf(location: InstanceLocation) {
  const [version = '', cluster = ''] = location.name?.split('/') ?? [];
  const unit = unitOf({ kind: 'debian', name: location.name });
  if (unit !== null && /^\d+(\.\d+)?$/.test(version) && /^[^-/\s][^/\s]*$/.test(cluster))
    return { unit, configDirectory: clusterConfigDirectory(`${version}/${cluster}`), version, cluster };
  throw new AppError('INVALID_INPUT', {
    message: `not the name of a Debian cluster: ${JSON.stringify(location.name)}`,
    hint: 'Check the server again: its instances are read anew.',
  });
}
