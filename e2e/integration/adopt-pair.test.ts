import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { LabPair } from '#e2e/lab/processes/create-replicating-pair.ts';
import { Secret } from '#server/domain/secret.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { until } from './platform/until.ts';
import { adopt } from './tandem/adopt.ts';
import { startTandem, type TestTandem } from './tandem/start-tandem.ts';

const PAIRS = ['one', 'two', 'three'] as const;
const MOVED_WITHIN_MS = 10_000;

let dir: string;
let lab: Lab;
let tandem: TestTandem;
const ids: Record<string, string> = {};
const pairs: LabPair[] = [];
const operations: string[] = [];
const workers: ChildProcess[] = [];

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-adopt-'));
  [lab, tandem] = await Promise.all([
    startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] }),
    startTandem(),
  ]);
  for (const [n, name] of PAIRS.entries())
    pairs.push(await lab.createReplicatingPair('db1', 'db2', { name, port: 5432 + n, shopDatabaseMb: 5 }));
  workers.push(await tandem.startWorker(), await tandem.startWorker());
  await Promise.all(['db1', 'db2'].map(async (name) => (ids[name] = await tandem.addServer(lab, name))));
});
afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Ids of the workers whose ticks held a sample of each pair, in the last `ms`. */
function pollersOf(ms: number): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const tick of tandem.live.recent(Date.now() - ms)) {
    const [worker = ''] = tick.id.split(':');
    for (const { pairId } of tick.samples) found.set(pairId, (found.get(pairId) ?? new Set()).add(worker));
  }
  return found;
}

const eachByOne = (pollers: Map<string, Set<string>>): boolean =>
  pollers.size === PAIRS.length && [...pollers.values()].every((workersOfPair) => workersOfPair.size === 1);

describe('adopting a pair that replicates already', () => {
  it('finds both roles from the primary as from the standby, and changes nothing but its login role', async () => {
    for (const [n, name] of PAIRS.slice(0, 2).entries()) {
      const { primary } = pairs[n] ?? expect.fail();
      const from = n === 1 ? 'db2' : 'db1';
      const settings = "SELECT name, setting FROM pg_settings WHERE source <> 'default' ORDER BY 1";
      const before = await primary.sql(settings);
      const { pair, operationId } = await adopt(tandem, {
        name,
        primaryServerId: ids[from] ?? '',
        primaryDataDirectory: primary.location.dataDirectory,
      });
      operations.push(operationId);
      expect([pair.primary.serverName, pair.standby.serverName]).toEqual(['db1', 'db2']);
      expect(pair.slotName).toBe('db2');
      expect(await primary.sql(settings)).toBe(before);
      expect(
        await primary.sql(
          "SELECT rolname FROM pg_roles WHERE rolname ~ '^tandem' AND rolcanlogin ORDER BY 1",
        ),
      ).toBe('tandem_monitor');
      await until('the pair is healthy', 15_000, async () => {
        const { sample } = await tandem.services.pairs.get(pair.id);
        return sample?.diagnosis.code === 'healthy';
      });
    }
  });
});

describe('adopting with a role that the admin gives', () => {
  const [{ name, n }] = [{ name: 'three', n: 2 }];
  const draft = (password: string) => ({
    name,
    primaryServerId: ids['db1'] ?? '',
    primaryDataDirectory: (pairs[n] ?? expect.fail()).primary.location.dataDirectory,
    givenRole: 'watcher',
    password: new Secret(password),
  });

  async function allow(server: LabPostgres): Promise<void> {
    const hba = server.host.outside(`${server.location.dataDirectory}/pg_hba.conf`);
    await writeFile(hba, `local all watcher scram-sha-256\n${await readFile(hba, 'utf8')}`);
    const loadedAt = () => server.sql('SELECT pg_conf_load_time()');
    const before = await loadedAt();
    await server.reload();
    await until('the rules are loaded', 10_000, async () => (await loadedAt()) !== before);
  }

  it('refuses a wrong password, missing rules and missing rights before anything else, and names the field', async () => {
    const { primary, standby } = pairs[n] ?? expect.fail();
    await primary.sql("CREATE ROLE watcher LOGIN PASSWORD 'right one'");
    await expect(adopt(tandem, draft('right one'))).rejects.toThrow(/"field":\s*"givenRole"/);
    await allow(primary);
    await expect(adopt(tandem, draft('wrong one'))).rejects.toThrow(/"field":\s*"givenRolePassword"/);
    await expect(adopt(tandem, draft('right one'))).rejects.toThrow(/GRANT pg_monitor TO watcher/);
    await primary.sql('GRANT pg_monitor TO watcher');
    await expect(adopt(tandem, draft('right one'))).rejects.toThrow(/watcher cannot log in to db2/);
    await allow(standby);
  });

  it('watches the pair with it and makes no role of its own', async () => {
    const { primary } = pairs[n] ?? expect.fail();
    const roles = 'SELECT rolname FROM pg_roles WHERE rolcanlogin ORDER BY 1';
    const before = await primary.sql(roles);
    const { pair, operationId } = await adopt(tandem, draft('right one'));
    operations.push(operationId);
    await until('the pair is healthy', 15_000, async () => {
      return (await tandem.services.pairs.get(pair.id)).sample?.diagnosis.code === 'healthy';
    });
    expect(await primary.sql(roles)).toBe(before);
    expect(
      await primary.sql("SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name ~ '^tandem'"),
    ).toBe('watcher');
  });
});

describe('two workers', () => {
  it('run each operation once', async () => {
    for (const operationId of operations) {
      const attempts = await tandem.prisma.stepAttempt.findMany({ where: { operationId } });
      expect(attempts.map((a) => a.attempt)).toEqual(attempts.map(() => 1));
      expect(new Set(attempts.map((a) => a.leaseToken)).size).toBe(1);
    }
  });

  it('poll each pair from exactly one of them, and the pairs of a killed one move within 10 s', async () => {
    await until('each pair is polled by one', 15_000, () => eachByOne(pollersOf(3_000)));
    const before = pollersOf(3_000);
    const victim = [...(before.values().next().value ?? [])][0] ?? '';
    const owner = await workerProcess(victim);
    const moved = [...before].filter(([, by]) => by.has(victim)).map(([pairId]) => pairId);
    owner.kill('SIGKILL');
    const killedAt = performance.now();
    await until('its pairs are polled by the other', MOVED_WITHIN_MS, () => {
      const now = pollersOf(1_500);
      return moved.every((pairId) => {
        const by = now.get(pairId);
        return by !== undefined && !by.has(victim);
      });
    });
    process.stdout.write(`pairs moved after ${Math.round(performance.now() - killedAt)} ms\n`);
    expect(eachByOne(pollersOf(1_500))).toBe(true);
  });
});

/** The process of a worker, found by asking each for its id. */
async function workerProcess(workerId: string): Promise<ChildProcess> {
  for (const worker of workers) {
    const environment = await readFile(`/proc/${worker.pid}/environ`, 'utf8');
    const port = /TANDEM_WORKER_HEALTH_PORT=(\d+)/.exec(environment)?.[1];
    const health = await fetch(`http://127.0.0.1:${port}`);
    if (
      z.object({ parts: z.object({ workerId: z.string() }) }).parse(await health.json()).parts.workerId ===
      workerId
    )
      return worker;
  }
  throw new Error(`no process of worker ${workerId}`);
}
