import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { LOG_TAIL, START_UNIT, STOP_UNIT } from '../on-host/server-scripts.ts';
import type { ServerControl } from '../on-host/server-control.ts';
import { readAutostart } from '../on-host/read-autostart.ts';
import { stopWaitMs, STOP_SIGNALS } from '../on-host/stop-signals.ts';

/** Only files under /run let a barred unit start: they do not outlive a boot. */
const ALLOWED = '/run/tandem/start-allowed';

/** As START_UNIT. The permission lies there for this one start. */
const START = `mkdir -p ${ALLOWED} && : > "${ALLOWED}/$3" || exit 1
trap 'rm -f -- "${ALLOWED}/$3"' EXIT
${START_UNIT}`;

/** $1 unit. Prints on, off or taken. A unit that cannot be enabled may be wanted by another one all the same. */
const AUTOSTART = `[ -e "/etc/systemd/system/$1.d/tandem-barred.conf" ] && { echo taken; exit 0; }
case "$(systemctl is-enabled -- "$1" 2>/dev/null)" in enabled*|alias|generated|linked*) echo on; exit 0;; esac
systemctl show -p WantedBy,RequiredBy --value -- "$1" | grep -q . && echo on || echo off`;

/**
 * $1 unit. \`mask\` fails for a unit file in /etc/systemd/system, and \`disable\` alone leaves the start by
 * another unit that wants this one: the drop-in bars every start but ours.
 */
const BAR = `d="/etc/systemd/system/$1.d"; mkdir -p -- "$d" || exit 1
printf '%s\\n' '# Laid by Tandem: this server must not start by itself. Tandem takes it away when the server is the standby again.' '[Unit]' "AssertPathExists=${ALLOWED}/$1" > "$d/tandem-barred.conf" || exit 1
sync -- "$d/tandem-barred.conf" "$d"; systemctl daemon-reload; systemctl disable -q -- "$1"`;

/** $1 unit. */
const UNBAR = `d="/etc/systemd/system/$1.d"; rm -f -- "$d/tandem-barred.conf"; rmdir -- "$d" 2>/dev/null
systemctl daemon-reload; [ "$(systemctl is-enabled -- "$1")" = static ] || systemctl enable -q -- "$1"`;

/** A systemd unit of its own, as PGDG's packages for Red Hat have, or an admin writes. */
export function unitControl(
  location: InstanceLocation,
  transports: { read: HostTransport; act: HostTransport },
): ServerControl {
  const { dataDirectory } = location;
  const unit = checkedUnit(location);
  const script = (transport: HostTransport, body: string, args: readonly string[], o: Wait) =>
    transport.require({ argv: ['sh', '-c', body, 'sh', ...args], runAs: 'root', cwd: '/' }, o);
  return {
    start: async (o) => {
      const seconds = String(Math.max(1, Math.ceil(o.timeoutMs / 1_000)));
      await script(transports.act, START, [dataDirectory, seconds, unit], o);
    },
    stop: async (o) => {
      const args = [dataDirectory, stopWaitMs(o), STOP_SIGNALS[o.mode], unit];
      await script(transports.act, STOP_UNIT, args, o);
    },
    autostart: async (o) => readAutostart((await script(transports.read, AUTOSTART, [unit], o)).stdout),
    setAutostart: async (on, o) => {
      await script(transports.act, on ? UNBAR : BAR, [unit], o);
    },
    readLogTail: async (lines, o) =>
      (await script(transports.read, LOG_TAIL, [dataDirectory, String(lines), '', unit], o)).stdout,
  };
}

function checkedUnit(location: InstanceLocation): string {
  if (location.name !== null && /^[A-Za-z0-9@:_.\\-]+\.service$/.test(location.name)) return location.name;
  throw new AppError('INVALID_INPUT', {
    message: `not the name of a systemd unit: ${JSON.stringify(location.name)}`,
    hint: 'Check the server again: its instances are read anew.',
  });
}
