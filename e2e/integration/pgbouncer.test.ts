import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONSOLE_PASSWORD, CONSOLE_USER, LabPgbouncer } from '#e2e/lab/processes/lab-pgbouncer.ts';
import { SHOP_PASSWORD, SHOP_ROLE } from '#e2e/lab/processes/shop-sql.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { sshTarget } from '#e2e/lab/ssh-target.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { createPgbouncer } from '#server/adapters/pooler/pgbouncer.ts';
import { PgbouncerConsole } from '#server/adapters/pooler/pgbouncer-console.ts';
import { PoolFiles } from '#server/adapters/pooler/pool-files.ts';
import { PgSqlConnections } from '#server/adapters/sql/pg-sql-connections.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { Secret } from '#server/domain/secret.ts';
import type { Pooler } from '#server/ports/client-routes.ts';
import { poolerContract } from '#server/testing/contract/pooler.contract.ts';

const signal = new AbortController().signal;
let dir: string;
let lab: Lab;
let connections: SshHostConnections;
let pool: LabPgbouncer;
let console: PgbouncerConsole;
let pooler: Pooler;
let primary: LabPostgres;
let from: { host: string; port: number };

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-pool-'));
  lab = await startLab({ dir, hosts: [{ name: 'alpha' }] });
  const host = lab.host('alpha');
  primary = await lab.createPrimary('alpha', { shopDatabaseMb: 5 });
  from = { host: host.address, port: primary.location.port };
  pool = new LabPgbouncer(host);
  await pool.start(primary);
  connections = new SshHostConnections();
  const transport = await connections.connect(await sshTarget(lab, host), { signal });
  const at = { transport, host: '127.0.0.1', port: pool.port, database: 'pgbouncer' };
  console = new PgbouncerConsole((wait) =>
    new PgSqlConnections().open(
      { ...at, user: CONSOLE_USER, password: new Secret(CONSOLE_PASSWORD), applicationName: 'test' },
      wait,
    ),
  );
  const ways = () => Promise.resolve({ read: transport, act: transport });
  const files = new PoolFiles({ ways, path: pool.configPath, name: 'test' });
  pooler = createPgbouncer(console, files, (ms, s) => systemClock.sleep(ms, s));
});
afterAll(async () => {
  await console?.close();
  await connections?.closeAll();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({
    host: pool.host.address,
    port: pool.port,
    user: SHOP_ROLE,
    password: SHOP_PASSWORD,
    database: 'shop',
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

poolerContract('PgBouncer of Debian', () => ({
  pooler,
  database: 'shop',
  from,
  to: { host: '10.99.99.99', port: 5433 },
  beginTransaction: async () => {
    const client = await connected();
    await client.query('BEGIN');
    await client.query('SELECT 1');
    return async () => {
      await client.query('COMMIT');
      await client.end();
    };
  },
  edit: async (text) => {
    await pool.host.require(['sh', '-c', 'cat > "$1"', 'sh', pool.configPath], { input: text });
  },
}));

test('the configuration keeps owner and mode, and the one of before stays beside it', async () => {
  const config = await pool.config();
  const stat = async () =>
    (await pool.host.require(['stat', '-c', '%U:%G %a', pool.configPath])).stdout.trim();
  const before = await stat();
  const wait = { signal, timeoutMs: 10_000 };
  await pooler.stage(`${config}; next\n`, wait);
  expect(await pooler.swap(wait)).toBe('swapped');
  expect(await stat()).toBe(before);
  expect(await pool.files()).toContain('pgbouncer.ini.tandem-test-before');
  expect(await pool.config()).toBe(`${config}; next\n`);
});

test('a pause that cuts a login short does not make its clients wait for the next try', async () => {
  const wait = { signal, timeoutMs: 10_000 };
  const client = await connected();
  await client.query('SELECT 1');
  // The session of before goes, and the next login hangs at a server that is frozen.
  await pooler.pause('shop', wait);
  await pooler.resume('shop', wait);
  await primary.freezePostmaster();
  const waiting = client.query('SELECT 2');
  await until(
    'a login hangs',
    async () => ((await pooler.databases(wait)).find((d) => d.name === 'shop')?.servers ?? 0) > 0,
  );
  await pooler.pause('shop', wait);
  await primary.thaw();
  const startedAtMs = performance.now();
  await pooler.hurry(wait);
  await pooler.resume('shop', wait);
  expect((await waiting).rowCount).toBe(1);
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  await pooler.reload(wait);
  await client.end();
});

test('connections that do not leave the old server by themselves are ended with their clients', async () => {
  const wait = { signal, timeoutMs: 10_000 };
  const client = await connected();
  await client.query('BEGIN');
  await client.query('SELECT 1');
  await pooler.cutLeaving('shop', wait);
  expect((await client.query('SELECT 2')).rowCount).toBe(1);
  const config = await pool.config();
  await pool.host.require(['sh', '-c', 'cat > "$1"', 'sh', pool.configPath], {
    input: config.replace(`host=${from.host} `, 'host=10.99.99.99 '),
  });
  await pooler.reload(wait);
  await pooler.cutLeaving('shop', wait);
  await expect(client.query('SELECT 3')).rejects.toThrow();
  await pooler.resume('shop', wait);
});
