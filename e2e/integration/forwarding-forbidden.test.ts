import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabPair } from '#e2e/lab/processes/create-replicating-pair.ts';
import { sshTarget } from '#e2e/lab/ssh-target.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { PgSqlConnections } from '#server/adapters/sql/pg-sql-connections.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { Secret } from '#server/domain/secret.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { SqlSession } from '#server/ports/sql-session.ts';
import { codeOf } from '#server/testing/contract/error-code-of.ts';
import { hostileText } from '#server/testing/contract/hostile-text.ts';
import { until } from './platform/until.ts';
import { adoptLabPair } from './tandem/adopt.ts';
import { startTandem, type TestTandem } from './tandem/start-tandem.ts';

const FORBIDDEN = ['AllowTcpForwarding no', 'AllowStreamLocalForwarding no'];
/** What Tandem's scripts need of a host; an interpreter comes to it. */
const TOOLS = ['awk', 'base64', 'cat', 'printf', 'sh', 'true'];

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 10_000 };

let dir: string;
let lab: Lab;
let pair: LabPair;
let connections: SshHostConnections;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-forbidden-'));
  const sshdConfig = FORBIDDEN;
  lab = await startLab({
    dir,
    hosts: [
      { name: 'db1', sshdConfig },
      { name: 'db2', sshdConfig },
    ],
  });
  pair = await lab.createReplicatingPair('db1', 'db2', { shopDatabaseMb: 5 });
  connections = new SshHostConnections();
});
afterAll(async () => {
  await connections?.closeAll();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Has db1's logins find only the tools and those programs, and connects anew. */
async function hostWith(serverId: string, programs: string[], ...sshd: string[]): Promise<HostTransport> {
  const host = lab.host('db1');
  const script = 'mkdir -p "$1"; for p in $2; do ln -sf "$(command -v "$p")" "$1/$p"; done';
  const place = `/srv/postgres/${serverId}`;
  await host.require(['sh', '-c', script, 'sh', place, [...TOOLS, ...programs].join(' ')]);
  await host.ssh.reconfigure(...FORBIDDEN, `SetEnv PATH=${place}`, ...sshd);
  return connections.connect(await sshTarget(lab, host, { serverId }), { signal });
}

function openSql(transport: HostTransport): Promise<SqlSession> {
  const { socketDirectory, port } = pair.primary.location;
  const target = { transport, host: socketDirectory, port, user: 'dba', password: new Secret('') };
  return new PgSqlConnections().open({ ...target, database: 'postgres', applicationName: 'test' }, wait);
}

describe.each(['perl', 'python3'])('a host that forbids forwarding and has %s', (program) => {
  let transport: HostTransport;
  const socket = () => `${pair.primary.location.socketDirectory}/.s.PGSQL.${pair.primary.location.port}`;
  beforeAll(async () => {
    transport = await hostWith(program, [program]);
  });

  it('is told apart from one that allows it', async () => {
    expect(await transport.wayTo({ kind: 'unix', path: socket() }, { signal })).toBe('relay');
    expect(await transport.wayTo({ kind: 'tcp', host: '127.0.0.1', port: 22 }, { signal })).toBe('relay');
  });

  it('carries hostile parameters through SQL unchanged, in prepared statements too', async () => {
    const session = await openSql(transport);
    await fc.assert(
      fc.asyncProperty(hostileText(), async (value) => {
        const rows = await session.query<{ back: string; bytes: number }>(
          'SELECT $1::text AS back, octet_length($1::text) AS bytes',
          [value],
          { ...wait, name: 'hostile' },
        );
        expect(rows).toEqual([{ back: value, bytes: Buffer.byteLength(value) }]);
      }),
      { numRuns: 60 },
    );
    await session.close();
  });

  it('carries megabytes in both directions at once', async () => {
    const session = await openSql(transport);
    const bytes = randomBytes(2_000_000);
    const [row] = await session.query<{ back: Buffer }>(
      'SELECT $1::bytea || $1::bytea AS back',
      [bytes],
      wait,
    );
    expect(row?.back.equals(Buffer.concat([bytes, bytes]))).toBe(true);
    await session.close();
  });

  it('loses nothing of a server that speaks first', async () => {
    const stream = await transport.openTcp('127.0.0.1', 22, { signal });
    const [banner] = (await once(stream, 'data')) as [Buffer];
    expect(banner.toString()).toMatch(/^SSH-2\.0-/);
    stream.destroy();
  });

  it('is FORWARD_NOT_ACCEPTED where nothing listens, for TCP and for sockets', async () => {
    expect(await codeOf(transport.openTcp('127.0.0.1', 9, { signal }))).toBe('FORWARD_NOT_ACCEPTED');
    expect(await codeOf(transport.openUnixSocket('/tmp/none', { signal }))).toBe('FORWARD_NOT_ACCEPTED');
  });

  it('leaves no program behind, not even when the server is frozen', async () => {
    const session = await openSql(transport);
    await pair.primary.freezeAll();
    await session.close();
    const left = await lab.host('db1').run(['pgrep', '-fc', '[f]ailed']);
    expect(Number(left.stdout)).toBeGreaterThan(0);
    await until('the relay is gone', 15_000, async () => {
      return (await lab.host('db1').run(['pgrep', '-f', '[f]ailed'])).exitCode !== 0;
    });
    await pair.primary.thaw();
  });
});

describe('a host that forbids forwarding', () => {
  it('is SSH_FORWARDING_REFUSED, with the way out, when it has no interpreter either', async () => {
    const transport = await hostWith('bare', []);
    await expect(openSql(transport)).rejects.toMatchObject({
      code: 'SSH_FORWARDING_REFUSED',
      detail: expect.stringContaining('neither perl nor python3'),
    });
  });

  it('serves commands beside a session when sshd allows two at once, and says so when only one', async () => {
    const two = await hostWith('two', ['perl'], 'MaxSessions 2');
    const session = await openSql(two);
    const answers = await Promise.all(
      [1, 2, 3].map((n) => two.require({ argv: ['printf', String(n)] }, wait)),
    );
    expect(answers.map((answer) => answer.stdout)).toEqual(['1', '2', '3']);
    expect(await session.query('SELECT 1 AS one', [], wait)).toEqual([{ one: 1 }]);
    await session.close();
    const one = await hostWith('one', ['perl'], 'MaxSessions 1');
    expect(await codeOf(openSql(one))).toBe('SSH_FORWARDING_REFUSED');
  });
});

describe('a pair on hosts that forbid forwarding', () => {
  let tandem: TestTandem;
  beforeAll(async () => {
    await lab.host('db1').ssh.reconfigure(...FORBIDDEN);
    tandem = await startTandem();
    await tandem.startWorker();
  });
  afterAll(() => tandem?.stop());

  it('is adopted, watched, and the checklist says which way it is reached', async () => {
    const serverId = await tandem.addServer(lab, 'db1');
    await tandem.addServer(lab, 'db2');
    const { checks } = await tandem.services.servers.get(serverId);
    expect(checks.instances).toMatchObject({ state: 'ok', data: { way: 'relay' } });
    expect(checks.instances?.value?.en).toContain('sshd forbids forwarding');
    const { id } = (await adoptLabPair(tandem, pair, serverId, 'shop')).pair;
    await until('the pair is healthy', 15_000, async () => {
      return (await tandem.services.pairs.get(id)).sample?.diagnosis.code === 'healthy';
    });
    const from = Date.now();
    const samples = () => tandem.live.recent(from).flatMap((tick) => tick.samples);
    await until('five samples', 8_000, () => samples().length >= 5);
    expect(new Set(samples().map((sample) => sample.diagnosis.code))).toEqual(new Set(['healthy']));
  });
});
