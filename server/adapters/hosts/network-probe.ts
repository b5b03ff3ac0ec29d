import { formatConninfo, hostCalled } from '#server/domain/conninfo.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { NetworkProbe, ReplicationTry } from '#server/ports/postgres-admin.ts';
import { acceptOne } from './accept-one.ts';

const CONNECT_S = 5;

/** Tries from one host towards another, with bash and the host's own PostgreSQL client. */
export function createNetworkProbe(
  transport: HostTransport,
  o: { runAs: string; binDirectory: string },
): NetworkProbe {
  return {
    tcp: async (host, port, wait) => {
      const argv = [
        'timeout',
        String(CONNECT_S),
        'bash',
        '-c',
        'exec 3<>"/dev/tcp/$1/$2"',
        'bash',
        host,
        String(port),
      ] as const;
      const r = await transport.run({ argv }, wait);
      return r.exitCode === 0 ? null : tcpFailure(r.exitCode, r.stderr);
    },
    replication: async (wait) => {
      const conninfo = formatConninfo({
        ...hostCalled(wait.host, nameOf(wait.tls)),
        port: wait.port,
        user: wait.user,
        replication: 'true',
        connect_timeout: CONNECT_S,
        ...sslOf(wait.tls),
        ...(wait.passfile === null ? {} : { passfile: wait.passfile }),
      });
      const argv = [
        `${o.binDirectory}/psql`,
        '-X',
        '-A',
        '-t',
        '-w',
        '-d',
        conninfo,
        '-c',
        'IDENTIFY_SYSTEM',
      ] as const;
      const r = await transport.run({ argv, runAs: o.runAs }, wait);
      return r.exitCode === 0 ? identified(r.stdout) : replicationFailure(r.stderr);
    },
    login: async (wait) => {
      const { host, port, user } = wait;
      const base = { host, port, user, dbname: 'postgres', sslmode: 'prefer' };
      const conninfo = formatConninfo({ ...base, connect_timeout: CONNECT_S });
      const argv = [`${o.binDirectory}/psql`, '-X', '-w', '-d', conninfo, '-c', ''] as const;
      const r = await transport.run({ argv, runAs: o.runAs }, wait);
      return r.exitCode === 0 ? 'logged in' : loginFailure(r.stderr);
    },
    sourceAddress: async (host, wait) => {
      const argv = ['ip', '-o', 'route', 'get', host] as const;
      const r = await transport.run({ argv }, wait);
      return /\bsrc (\S+)/.exec(r.stdout)?.[1] ?? null;
    },
    acceptOne: (port, connect, wait) => acceptOne(transport, port, connect, wait),
  };
}

type Tls = { authority: string; name?: string } | 'off';

const nameOf = (tls: Tls | undefined): string | undefined =>
  tls === undefined || tls === 'off' ? undefined : tls.name;

function sslOf(tls: Tls | undefined): Record<string, string> {
  if (tls === undefined) return { sslmode: 'prefer' };
  return tls === 'off' ? { sslmode: 'disable' } : { sslmode: 'verify-full', sslrootcert: tls.authority };
}

function tcpFailure(exitCode: number, stderr: string): string {
  if (exitCode === 124) return `no answer within ${CONNECT_S} s`;
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line.split(': ').at(-1) || `exit code ${exitCode}`;
}

function identified(stdout: string): ReplicationTry {
  const [systemIdentifier = '', timeline = ''] = stdout.trim().split('|');
  return { result: 'ok', systemIdentifier, timeline: Number(timeline) };
}

/** The last line is the server's answer to the last way that was tried. */
export function loginFailure(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const last = lines.findLast((line) => / failed: /.test(line)) ?? lines.at(-1) ?? '';
  return last.split(/FATAL:\s+|failed: /).at(-1) ?? last;
}

/** In the languages of Tandem: a server's answer before the login is in its own. */
const NO_RULE =
  /(?:no pg_hba\.conf entry for replication connection from host "|kein pg_hba\.conf-Eintrag für Replikationsverbindung von Host »)([^"«]+)["«]/;
const WRONG_PASSWORD =
  /password authentication failed|no password supplied|Passwort-Authentifizierung .*fehlgeschlagen/;

/** The server's own words tell the cause, and the address that it saw (LC_ALL=C is the transport's). */
export function replicationFailure(stderr: string): ReplicationTry {
  const seen = NO_RULE.exec(stderr)?.[1];
  if (seen !== undefined) return { result: 'no-hba-rule', seenAddress: seen };
  if (WRONG_PASSWORD.test(stderr)) return { result: 'wrong-password' };
  const detail = stderr.trim().split('\n').slice(-3).join('; ');
  const unreachable =
    /could not connect|Connection refused|timeout expired|No route|could not translate/.test(stderr);
  return unreachable ? { result: 'unreachable', detail } : { result: 'error', detail };
}
