import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { until } from './platform/until.ts';
import { ADA, startTandem, type TestTandem } from './tandem/start-tandem.ts';

let dir: string;
let lab: Lab;
let primary: LabPostgres;
let tandem: TestTandem;
const ids: Record<string, string> = {};

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-setup-'));
  [lab, tandem] = await Promise.all([
    startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] }),
    startTandem(),
  ]);
  primary = await lab.createPrimary('db1', { shopDatabaseMb: 20 });
  await tandem.startWorker();
  await Promise.all(['db1', 'db2'].map(async (name) => (ids[name] = await tandem.addServer(lab, name))));
});
afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

describe('setup-standby on practice hosts', () => {
  it('builds a standby that streams, and the monitor sees it healthy', async () => {
    const { draftId, planId, plan } = await tandem.plan({
      name: 'shop',
      primaryServerId: ids['db1'] ?? '',
      primaryDataDirectory: primary.location.dataDirectory,
      standbyServerId: ids['db2'] ?? '',
      startGate: 'while-attached',
    });
    expect(plan.gates.filter((g) => g.state === 'blocking' || g.state === 'unknown')).toEqual([]);
    // Nothing starts a plain data directory that a gate could stand before: the plan says so and goes without.
    const gates = plan.gates.filter((g) => g.code === 'start-gate');
    expect(gates).toMatchObject([
      { state: 'warning', server: 'db1' },
      { state: 'warning', server: 'db2' },
    ]);
    expect(plan.steps.filter((step) => step.name.includes('gate'))).toEqual([]);
    const id = await tandem.services.drafts.approve(draftId, planId, plan.hash, null, ADA);
    const run = await tandem.finished(id);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    const [pair] = await tandem.services.pairs.list();
    expect(pair?.gateWish).toBeNull();
    const healthy = await until('the pair is healthy', 15_000, async () => {
      const { sample } = await tandem.services.pairs.get(pair?.id ?? '');
      return sample?.diagnosis.code === 'healthy' ? sample : null;
    });
    expect(healthy.primary).toMatchObject({ reachable: true, inRecovery: false });
    expect(healthy.standby).toMatchObject({ reachable: true, inRecovery: true });
  });
});
