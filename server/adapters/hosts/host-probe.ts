import { mayActAs } from '#server/adapters/runtimes/on-host/as-root.ts';
import type { HostFacts, HostProbe, Toolchain } from '#server/ports/host-probe.ts';
import type { HostTransport, RunResult } from '#server/ports/host-transport.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { FoundInstance } from '#server/domain/server-check.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

/** Lists running instances of a host; the runtimes' discovery. */
export type DiscoverInstances = (transport: HostTransport, o: Wait) => Promise<FoundInstance[]>;

const FACTS = `uname -m; hostname; id -un; id -u
(. /etc/os-release 2>/dev/null && printf '%s\\n' "$PRETTY_NAME") || uname -s
getconf GNU_LIBC_VERSION 2>/dev/null || echo -`;

const TOOLCHAINS = `for d in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin /opt/pgsql*/bin; do
  [ -x "$d/postgres" ] && [ -x "$d/pg_basebackup" ] || continue
  printf '%s\\t' "$d"; "$d/postgres" -V
done; true`;

/** Read-only looks through fixed scripts. */
export function createHostProbe(
  transport: HostTransport,
  clock: Clock,
  discover: DiscoverInstances,
): HostProbe {
  const sh = (script: string, o: Wait, ...args: string[]): Promise<RunResult> =>
    transport.require({ argv: ['sh', '-c', script, 'sh', ...args] }, o);
  return {
    facts: async (o) => {
      const r = await sh(FACTS, o);
      const [architecture = '', hostname = '', user = '', uid = '', osName = '', libc = '-'] =
        r.stdout.split('\n');
      const time = await hostTime(transport, clock, o);
      const facts: HostFacts = {
        hostname,
        osName,
        architecture,
        libc: libc === '-' ? null : libc,
        user,
        isRoot: uid === '0',
        ...time,
      };
      return facts;
    },
    sudo: async (o) => {
      const r = await transport.run({ argv: ['sudo', '-n', 'true'] }, o);
      if (r.exitCode === 0) return 'passwordless';
      return /password is required/.test(r.stderr) ? 'password' : 'none';
    },
    mayActAs: (user, o) => mayActAs(transport, user, o),
    toolchains: async (o) => parseToolchains((await sh(TOOLCHAINS, o)).stdout),
    disks: async (o) => {
      const r = await sh(
        'df -P -B1 -l -x tmpfs -x devtmpfs -x overlay 2>/dev/null | tail -n +2; df -P -B1 / | tail -n 1',
        o,
      );
      return parseDisks(r.stdout);
    },
    instances: (o) => discover(transport, o),
    portInUse: async (port, o) => {
      const hex = port.toString(16).toUpperCase().padStart(4, '0');
      // State 0A = LISTEN in /proc/net/tcp; needs no tool and no rights.
      const r = await sh(
        'cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -c ": [0-9A-F]*:$1 [0-9A-F:]* 0A " || true',
        o,
        hex,
      );
      return Number(r.stdout.trim()) > 0;
    },
  };
}

/** Cristian's way: the host's clock read between two readings of ours; error at most half the round trip. */
async function hostTime(
  transport: HostTransport,
  clock: Clock,
  o: Wait,
): Promise<{ clockOffsetMs: number; roundTripMs: number }> {
  let best = { clockOffsetMs: 0, roundTripMs: Number.POSITIVE_INFINITY };
  for (let i = 0; i < 3; i += 1) {
    const [sentAtMs, from] = [clock.nowMs(), clock.monotonicMs()];
    const r = await transport.require({ argv: ['date', '+%s%N'] }, o);
    const roundTripMs = clock.monotonicMs() - from;
    const hostMs = Number(BigInt(r.stdout.trim()) / 1_000_000n);
    if (roundTripMs < best.roundTripMs)
      best = { clockOffsetMs: hostMs - (sentAtMs + roundTripMs / 2), roundTripMs };
  }
  return {
    clockOffsetMs: Math.round(best.clockOffsetMs),
    roundTripMs: Math.round(best.roundTripMs * 10) / 10,
  };
}

function parseToolchains(stdout: string): Toolchain[] {
  return stdout.split('\n').flatMap((line) => {
    const match = /^(\S+)\tpostgres \(PostgreSQL\) ((\d+)(?:\.\d+)?\S*)/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) return [];
    return [{ binDirectory: match[1], version: match[2], majorVersion: Number(match[3]) }];
  });
}

function parseDisks(stdout: string): { path: string; totalBytes: number; freeBytes: number }[] {
  const byPath = new Map<string, { path: string; totalBytes: number; freeBytes: number }>();
  for (const line of stdout.split('\n')) {
    const [, total, , free, , ...path] = line.trim().split(/\s+/);
    if (path.length === 0) continue;
    byPath.set(path.join(' '), { path: path.join(' '), totalBytes: Number(total), freeBytes: Number(free) });
  }
  return [...byPath.values()];
}
