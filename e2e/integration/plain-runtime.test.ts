import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LAB_BIN_DIRECTORY, type LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { sshTarget } from '#e2e/lab/ssh-target.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { createHostFiles } from '#server/adapters/hosts/host-files.ts';
import { createPostgresRuntime } from '#server/adapters/runtimes/create-postgres-runtime.ts';
import { discoverInstances } from '#server/adapters/runtimes/discover-instances.ts';
import { knockAtPostgres } from '#server/adapters/sql/knock.ts';
import { PgSqlConnections } from '#server/adapters/sql/pg-sql-connections.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { Secret } from '#server/domain/secret.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { PostgresRuntime } from '#server/ports/postgres-runtime.ts';
import { codeOf } from '#server/testing/contract/error-code-of.ts';
import { hostFilesContract } from '#server/testing/contract/host-files.contract.ts';
import { postgresRuntimeContract } from '#server/testing/contract/postgres-runtime.contract.ts';

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 30_000 };

let dir: string;
let lab: Lab;
let connections: SshHostConnections;
let transport: HostTransport;
let primary: LabPostgres;
let runtime: PostgresRuntime;
let location: InstanceLocation;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-runtime-'));
  lab = await startLab({ dir, hosts: [{ name: 'alpha' }] });
  primary = await lab.createPrimary('alpha', { shopDatabaseMb: 5 });
  connections = new SshHostConnections();
  transport = await connections.connect(await sshTarget(lab, lab.host('alpha')), { signal });
  const { dataDirectory, socketDirectory, port } = primary.location;
  location = plainLocation({
    dataDirectory,
    binDirectory: LAB_BIN_DIRECTORY,
    osOwner: 'dba',
    port,
    socketDirectory,
  });
  runtime = createPostgresRuntime(location, { read: transport });
  await primary.sql("CREATE ROLE monitor LOGIN PASSWORD 'm'");
  await primary.host.require([
    'sh',
    '-c',
    'printf "host all monitor 127.0.0.1/32 scram-sha-256\\nlocal all monitor scram-sha-256\\n" | cat - "$1" > "$1.new" && mv "$1.new" "$1"',
    'sh',
    `${dataDirectory}/pg_hba.conf`,
  ]);
  await primary.reload();
});

afterAll(async () => {
  await connections?.closeAll();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

hostFilesContract('over SSH', () => ({
  files: createHostFiles(transport, 'dba'),
  directory: '/srv/postgres',
  owner: 'dba',
}));
postgresRuntimeContract('plain', () => ({ runtime, restoreRunning: () => runtime.start(wait) }));

test('a server that is started by hand is found with its port, sockets, version and size', async () => {
  const found = await discoverInstances(transport, wait);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    ...location,
    majorVersion: 15,
    inRecovery: false,
    supported: true,
    reason: null,
  });
  expect(found[0]?.sizeBytes).toBeGreaterThan(1_000_000);
});

test('a directory without a cluster is no-cluster and has no control data', async () => {
  for (const dataDirectory of ['/srv/postgres/absent', '/srv/postgres']) {
    const nothing = createPostgresRuntime({ ...location, dataDirectory }, { read: transport });
    expect(await nothing.stopState(wait)).toBe('no-cluster');
    expect(await nothing.controlData(wait)).toBeNull();
  }
});

test('a start keeps the options of the command line that the last start had', async () => {
  await runtime.stop({ ...wait, mode: 'fast' });
  await primary.host.require([
    `${LAB_BIN_DIRECTORY}/pg_ctl`,
    '-D',
    location.dataDirectory,
    '-w',
    '-s',
    '-l',
    primary.location.logFile,
    '-o',
    "-c work_mem=9MB -c cluster_name='a b'",
    'start',
  ]);
  await runtime.stop({ ...wait, mode: 'fast' });
  await runtime.start(wait);
  expect(
    await runtime.superuserSql(
      "SELECT current_setting('work_mem'), current_setting('cluster_name')",
      {},
      wait,
    ),
  ).toEqual([['9MB', 'a b']]);
});

test('a start goes on in the log file that the server wrote before it was stopped', async () => {
  const starts = async () => (await primary.log()).split('database system is ready').length;
  const before = await starts();
  await runtime.stop({ ...wait, mode: 'fast' });
  await runtime.start(wait);
  expect(await starts()).toBe(before + 1);
});

test('a killed server is stopped uncleanly, a frozen one does not accept connections', async () => {
  await primary.freezeAll();
  expect(await runtime.isAcceptingConnections(wait)).toBe(false);
  expect(await codeOf(runtime.superuserSql('SELECT 1', {}, { signal, timeoutMs: 1_000 }))).toMatch(
    /DEADLINE_EXCEEDED|PG_NOT_ACCEPTING_CONNECTIONS/,
  );
  await primary.thaw();
  await primary.kill();
  expect(await runtime.stopState(wait)).toBe('stopped-uncleanly');
  await runtime.start(wait);
});

test('SQL through the tunnel answers in under 10 ms, by socket and by TCP', async () => {
  const sql = new PgSqlConnections();
  for (const host of [location.socketDirectory ?? '', '127.0.0.1']) {
    const session = await sql.open(
      {
        transport,
        host,
        port: location.port,
        user: 'monitor',
        password: new Secret('m'),
        database: 'postgres',
        applicationName: 'test',
      },
      { signal, timeoutMs: 10_000 },
    );
    const times: number[] = [];
    for (let n = 0; n < 60; n += 1) {
      const startedAt = performance.now();
      expect(
        await session.query('SELECT $1::int AS n', [n], { signal, timeoutMs: 5_000, name: 'tick' }),
      ).toEqual([{ n }]);
      times.push(performance.now() - startedAt);
    }
    times.sort((a, b) => a - b);
    console.log(
      `query through SSH (${host}): median ${times[30]?.toFixed(2)} ms, worst ${times[59]?.toFixed(2)} ms`,
    );
    expect(times[30]).toBeLessThan(10);
    await session.close();
    expect(session.alive).toBe(false);
  }
});

test('a knock is answered without a word in the log, unless connections are logged', async () => {
  const before = await primary.log();
  const target = { transport, host: location.socketDirectory ?? '', port: location.port };
  // More than there are forwards on one connection: each must be given back.
  for (let n = 0; n < 100; n += 1) await knockAtPostgres(target, AbortSignal.timeout(5_000));
  expect(await primary.log()).toBe(before);
});

test('a session tells wrong passwords, SQL errors, frozen and stopped servers apart', async () => {
  const sql = new PgSqlConnections();
  const target = {
    transport,
    host: location.socketDirectory ?? '',
    port: location.port,
    user: 'monitor',
    password: new Secret('m'),
    database: 'postgres',
    applicationName: 'test',
  };
  const short = { signal, timeoutMs: 1_000 };
  expect(await codeOf(sql.open({ ...target, password: new Secret('wrong') }, short))).toBe(
    'PG_AUTHENTICATION_FAILED',
  );
  const session = await sql.open(target, short);
  await expect(session.query('SELECT nonsense', [], short)).rejects.toMatchObject({
    code: 'PG_ERROR',
    data: { sqlstate: '42703' },
  });
  const knock = (host = target.host) =>
    knockAtPostgres({ ...target, host }, AbortSignal.any([signal, AbortSignal.timeout(1_000)]));
  for (const host of [target.host, '127.0.0.1']) await knock(host);
  await primary.freezePostmaster();
  expect(await session.query('SELECT 1 AS one', [], short)).toEqual([{ one: 1 }]);
  expect(await codeOf(sql.open(target, short))).toBe('DEADLINE_EXCEEDED');
  expect(await codeOf(knock())).toBe('CANCELLED');
  await primary.freezeAll();
  expect(await codeOf(session.query('SELECT 1', [], short))).toBe('DEADLINE_EXCEEDED');
  expect(session.alive).toBe(false);
  await primary.thaw();
  await runtime.stop({ ...wait, mode: 'fast' });
  for (const host of [target.host, '127.0.0.1']) {
    expect(await codeOf(sql.open({ ...target, host }, short))).toBe('PG_NOT_ACCEPTING_CONNECTIONS');
    expect(await codeOf(knock(host))).toBe('PG_NOT_ACCEPTING_CONNECTIONS');
  }
  await runtime.start(wait);
});

test('a job outlives the SSH connection that started it', async () => {
  const slow = [
    '-D',
    '/srv/postgres/copy',
    '-h',
    location.socketDirectory ?? '',
    '-p',
    String(location.port),
    '-r',
    '2048k',
    '-X',
    'stream',
    '-c',
    'fast',
    '-P',
  ];
  await runtime.startTool('outlives', 'pg_basebackup', slow, wait);
  await until('the copy runs', async () => (await runtime.toolState('outlives', 0, wait)).log.includes('/'));
  await primary.host.ssh.killSessions();
  await until(
    'the job is seen again',
    async () => (await runtime.toolState('outlives', 0, wait)).status === 'running',
  );
  await runtime.cancelTool('outlives', wait);
  expect((await runtime.toolState('outlives', 0, wait)).status).toBe('failed');
  expect((await primary.host.run(['pgrep', '-x', 'pg_basebackup'])).exitCode).not.toBe(0);
});

test('a look that may wait comes back with the end of the job, and an exit code that the disk lost is no success', async () => {
  const whole = [
    '-D',
    '/srv/postgres/whole',
    '-h',
    location.socketDirectory ?? '',
    '-X',
    'fetch',
    '-c',
    'fast',
  ];
  await runtime.startTool('whole', 'pg_basebackup', whole, wait);
  expect((await runtime.toolState('whole', 0, { ...wait, endWithinMs: 25_000 })).status).toBe('succeeded');
  // What a power loss right after the end may leave of the file.
  await primary.host.require(['sh', '-c', ': > "$HOME/.local/state/tandem/jobs/whole/rc"']);
  expect((await runtime.toolState('whole', 0, { ...wait, endWithinMs: 25_000 })).status).toBe('lost');
});
