import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { actingOn } from './tandem/streaming-pair.ts';
import { adopt } from './tandem/adopt.ts';
import { startTandem, type TestTandem } from './tandem/start-tandem.ts';

let dir: string;
let lab: Lab;
let tandem: TestTandem;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-prepare-'));
  [lab, tandem] = await Promise.all([
    startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] }),
    startTandem(),
  ]);
});
afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

describe('an adopted pair', () => {
  it('switches over and back once it is prepared, and says what is missing before', async () => {
    const found = await lab.createReplicatingPair('db1', 'db2', { name: 'shop', shopDatabaseMb: 5 });
    await tandem.startWorker();
    const [db1, db2] = await Promise.all([tandem.addServer(lab, 'db1'), tandem.addServer(lab, 'db2')]);
    const ids = { db1, db2 };
    const { pair } = await adopt(tandem, {
      name: 'shop',
      primaryServerId: ids.db1,
      primaryDataDirectory: found.primary.location.dataDirectory,
    });
    const acting = actingOn(tandem, pair.id);
    await acting.healthy();
    const { changes } = tandem.services;
    await changes.assess(pair.id, 'switchover', null);
    const prepared = await acting.change('prepare');
    expect(prepared.problem).toBeNull();
    expect(prepared.status).toBe('succeeded');
    const slots = await found.primary.sql('SELECT slot_name, active FROM pg_replication_slots');
    expect(slots).toBe('db2|t');
    for (const primary of ['db2', 'db1']) {
      const run = await acting.change('switchover');
      expect(run.problem).toBeNull();
      expect(run.status).toBe('succeeded');
      expect((await tandem.services.pairs.get(pair.id)).primary.serverName).toBe(primary);
      await acting.healthy();
    }
  });
});
