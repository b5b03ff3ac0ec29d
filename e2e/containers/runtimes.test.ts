import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCluster, createUnit } from '#e2e/lab/containers/create-server-postgres.ts';
import type { ServerPostgres } from '#e2e/lab/containers/server-postgres.ts';
import { sshTarget } from '#e2e/lab/ssh-target.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { createPostgresRuntime } from '#server/adapters/runtimes/create-postgres-runtime.ts';
import { discoverInstances } from '#server/adapters/runtimes/discover-instances.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { locationOfFound, type FoundInstance } from '#server/domain/server-check.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { PostgresRuntime } from '#server/ports/postgres-runtime.ts';
import { codeOf } from '#server/testing/contract/error-code-of.ts';
import { postgresRuntimeContract } from '#server/testing/contract/postgres-runtime.contract.ts';

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 30_000 };

let servers: ServerLab;
let connections: SshHostConnections;
let transport: HostTransport;
/** By what each kind is tried on; all on one host. */
const nodes: Record<'debian' | 'systemd', { server: ServerPostgres; runtime: PostgresRuntime } | null> = {
  debian: null,
  systemd: null,
};
const KINDS = ['debian', 'systemd'] as const;
type Kind = (typeof KINDS)[number];

function nodeOf(kind: Kind): { server: ServerPostgres; runtime: PostgresRuntime } {
  const node = nodes[kind];
  if (node === null) throw new Error(`no ${kind} server`);
  return node;
}

let connected = 0;
/** A reboot takes the connection with it. */
async function connect(): Promise<void> {
  connected += 1;
  const target = await sshTarget(servers, servers.host('db1'), { serverId: `db1-${connected}` });
  transport = await connections.connect(target, { signal });
}

const found = async (server: ServerPostgres): Promise<FoundInstance> => {
  const all = await discoverInstances(transport, wait);
  const one = all.find((i) => i.dataDirectory === server.location.dataDirectory);
  if (one === undefined) throw new Error(`not found: ${JSON.stringify(all)}`);
  return one;
};

async function attach(kind: Kind, server: ServerPostgres): Promise<void> {
  const location = locationOfFound(await found(server));
  if (location === null) throw new Error('no programs');
  nodes[kind] = { server, runtime: createPostgresRuntime(location, { read: transport }) };
}

/** After a reboot: the same places, a new connection. */
async function attachAgain(): Promise<void> {
  await connect();
  for (const kind of KINDS) {
    const { server, runtime } = nodeOf(kind);
    nodes[kind] = { server, runtime: createPostgresRuntime(runtime.location, { read: transport }) };
  }
}

beforeAll(async () => {
  servers = await startServers([{ name: 'db1', language: 'de' }]);
  connections = new SshHostConnections();
  await connect();
  const host = servers.host('db1');
  const debian = await createCluster(host, '15/main', { locale: 'de_DE.UTF-8' });
  const systemd = await createUnit(host, { port: 5433, restart: 'always', locale: 'de_DE.UTF-8' });
  for (const server of [debian, systemd]) await server.start();
  await attach('debian', debian);
  await attach('systemd', systemd);
});
afterAll(async () => {
  await connections?.closeAll();
  await servers?.stop();
});

for (const kind of KINDS) {
  postgresRuntimeContract(`${kind} on a German server`, () => ({
    runtime: nodeOf(kind).runtime,
    restoreRunning: () => nodeOf(kind).runtime.start(wait),
  }));
}

describe('discovery on a whole server', () => {
  test('names clusters and units, running and stopped, with the place of their configuration', async () => {
    const { debian, systemd } = { debian: nodeOf('debian').server, systemd: nodeOf('systemd').server };
    const expected = (server: ServerPostgres, kind: string, configDirectory: string | null) => ({
      kind,
      name: server.location.name,
      port: server.location.port,
      configDirectory,
      osOwner: 'postgres',
      majorVersion: 15,
      inRecovery: false,
    });
    const config = debian.location.configDirectory;
    const running = { running: true, supported: true };
    expect(await found(debian)).toMatchObject({ ...expected(debian, 'debian', config), ...running });
    expect(await found(systemd)).toMatchObject({ ...expected(systemd, 'systemd', null), ...running });
    await debian.stop();
    await systemd.stop();
    const stopped = { running: false, supported: false };
    expect(await found(debian)).toMatchObject({ ...expected(debian, 'debian', config), ...stopped });
    expect(await found(systemd)).toMatchObject({ ...expected(systemd, 'systemd', null), ...stopped });
    for (const kind of KINDS) await nodeOf(kind).runtime.start(wait);
  });
});

describe.each(KINDS)('a server that systemd runs: %s', (kind) => {
  const isAtRest = async (server: ServerPostgres): Promise<boolean> =>
    ['inactive', 'failed'].includes(await server.unitState());

  test.each(['immediate', 'kill', 'fast'] as const)(
    'stays stopped after a stop (%s), whatever Restart= says, and starts again',
    async (mode) => {
      const { server, runtime } = nodeOf(kind);
      await runtime.stop({ ...wait, mode });
      // At rest, systemd has nothing left that it would do.
      await until('the unit is at rest', () => isAtRest(server));
      expect(await runtime.stopState(wait)).toMatch(/^stopped/);
      await runtime.start(wait);
      expect(await runtime.stopState(wait)).toBe('running');
    },
  );

  test('starts at once after a stop, many times: systemd counts starts, and a late stop must not hit', async () => {
    const { runtime } = nodeOf(kind);
    for (let n = 0; n < 8; n += 1) {
      await runtime.stop({ ...wait, mode: n % 2 === 0 ? 'immediate' : 'fast' });
      await runtime.start(wait);
    }
    expect(await runtime.stopState(wait)).toBe('running');
    expect(await nodeOf(kind).server.unitState()).toBe('active');
  });

  test('a start that fails says why, and a later one works', async () => {
    const { server, runtime } = nodeOf(kind);
    await runtime.stop({ ...wait, mode: 'fast' });
    const file = `${server.location.configDirectory}/postgresql.conf`;
    const before = await server.host.readFile(file);
    await server.host.writeFile(file, `${before}\nnonsense_here = 1\n`, { owner: 'postgres' });
    for (let n = 0; n < 6; n += 1) {
      const thrown: unknown = await runtime.start(wait).catch((e: unknown) => e);
      expect(thrown).toMatchObject({ code: 'COMMAND_FAILED' });
      if (n === 0) expect(JSON.stringify(thrown, ['message', 'detail'])).toContain('nonsense_here');
    }
    await server.host.writeFile(file, before, { owner: 'postgres' });
    await runtime.start(wait);
    expect(await runtime.stopState(wait)).toBe('running');
  });

  test('its log is found, running and stopped', async () => {
    const { server, runtime } = nodeOf(kind);
    const running = await runtime.readLogTail(200, wait);
    expect(running.includes(`Port ${server.location.port}`)).toBe(true);
    await runtime.stop({ ...wait, mode: 'fast' });
    expect((await runtime.readLogTail(20, wait)).length).toBeGreaterThan(50);
    await runtime.start(wait);
  });

  test('does not start at boot when that is taken away, and starts when it is given back', async () => {
    expect(await nodeOf(kind).runtime.autostart(wait)).toBe('on');
    await nodeOf(kind).runtime.setAutostart(false, wait);
    expect(await nodeOf(kind).runtime.autostart(wait)).toBe('taken');
    await servers.host('db1').reboot();
    await attachAgain();
    expect(await nodeOf(kind).runtime.stopState(wait)).toBe('stopped-cleanly');
    // A unit is barred against everybody else; Debian's `manual` is for the boot alone.
    if (kind === 'systemd') await expect(nodeOf(kind).server.start()).rejects.toThrow(/[Aa]ssertion/);
    await nodeOf(kind).runtime.start(wait);
    expect(await nodeOf(kind).runtime.stopState(wait)).toBe('running');
    await nodeOf(kind).runtime.setAutostart(true, wait);
    expect(await nodeOf(kind).runtime.autostart(wait)).toBe('on');
    await servers.host('db1').losePower();
    await servers.host('db1').powerOn();
    await attachAgain();
    await until('it is up again', async () => (await nodeOf(kind).runtime.stopState(wait)) === 'running');
    expect(await nodeOf(kind).server.unitState()).toBe('active');
  });

  test('what an admin switched off is off, and not mistaken for what Tandem took away', async () => {
    const { server, runtime } = nodeOf(kind);
    const startConf = `${server.location.configDirectory}/start.conf`;
    const by = { debian: ['sed', '-i', 's/^auto/manual/', startConf], systemd: ['systemctl', 'disable', '-q', server.location.unit] } as const; // prettier-ignore
    const back = { debian: ['sed', '-i', 's/^manual/auto/', startConf], systemd: ['systemctl', 'enable', '-q', server.location.unit] } as const; // prettier-ignore
    await server.host.require(by[kind]);
    expect(await runtime.autostart(wait)).toBe('off');
    await server.host.require(back[kind]);
    expect(await runtime.autostart(wait)).toBe('on');
  });

  test('an SQL error and a refused login are told apart in every language', async () => {
    const { runtime } = nodeOf(kind);
    await expect(runtime.superuserSql('SELECT nonsense', {}, wait)).rejects.toMatchObject({
      code: 'PG_ERROR',
      data: { sqlstate: '42703' },
    });
    const stranger = createPostgresRuntime({ ...runtime.location, osOwner: 'admin' }, { read: transport });
    expect(await codeOf(stranger.superuserSql('SELECT 1', {}, wait))).toBe('PG_AUTHENTICATION_FAILED');
  });
});

test('a unit that another one wants starts at boot, although it cannot be enabled itself', async () => {
  const { server, runtime } = nodeOf('systemd');
  const { unit } = server.location;
  const file = `/etc/systemd/system/${unit}`;
  const before = await server.host.readFile(file);
  await server.host.require(['systemctl', 'disable', '-q', unit]);
  await server.host.writeFile(file, before.replace(/\[Install\][^]*/, ''));
  const wants = `/etc/systemd/system/multi-user.target.d/practice.conf`;
  await server.host.writeFile(wants, `[Unit]\nWants=${unit}\n`);
  await server.host.require(['systemctl', 'daemon-reload']);
  expect(await runtime.autostart(wait)).toBe('on');
  await runtime.setAutostart(false, wait);
  expect(await runtime.autostart(wait)).toBe('taken');
  await runtime.setAutostart(true, wait);
  expect(await runtime.autostart(wait)).toBe('on');
  await server.host.require(['rm', '-f', wants]);
  await server.host.writeFile(file, before);
  await server.host.require(['systemctl', 'enable', '-q', unit]);
});
