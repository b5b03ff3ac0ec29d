import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { stopWaitMs, STOP_SIGNALS } from '../on-host/stop-signals.ts';
import type { ServerControl } from '../on-host/server-control.ts';
import { LOG_TAIL, START_SERVER, STOP_SERVER } from '../on-host/server-scripts.ts';

/** A data directory that is run with `pg_ctl` by its OS owner; nothing starts it at boot. */
export function plainControl(
  location: InstanceLocation,
  transports: { read: HostTransport; act: HostTransport },
): ServerControl {
  const { binDirectory, dataDirectory, osOwner } = location;
  const script = (transport: HostTransport, body: string, args: readonly string[], o: Wait) =>
    transport.require({ argv: ['sh', '-c', body, 'sh', ...args], runAs: osOwner, cwd: '/' }, o);
  return {
    start: async (o) => {
      const seconds = String(Math.max(1, Math.ceil(o.timeoutMs / 1_000)));
      await script(transports.act, START_SERVER, [binDirectory, dataDirectory, seconds], o);
    },
    stop: async (o) => {
      const args = [dataDirectory, stopWaitMs(o), STOP_SIGNALS[o.mode]];
      await script(transports.act, STOP_SERVER, args, o);
    },
    autostart: () => Promise.resolve('not-here'),
    setAutostart: () => {
      const message = `nothing starts the server of ${dataDirectory} at boot that Tandem knows of`;
      return Promise.reject(new AppError('INSTANCE_NOT_SUPPORTED', { message }));
    },
    readLogTail: async (lines, o) =>
      (await script(transports.read, LOG_TAIL, [dataDirectory, String(lines), '', ''], o)).stdout,
  };
}
