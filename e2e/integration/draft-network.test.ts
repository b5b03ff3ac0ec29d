import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { labLocation, type LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import type { NetworkLook } from '#server/domain/network-look.ts';
import type { GateResult } from '#server/domain/plan.ts';
import type { DraftNetworkAnswer } from '#server/services/network-answer.ts';
import { until } from './platform/until.ts';
import { ADA, startTandem, type TestTandem } from './tandem/start-tandem.ts';

let dir: string;
let lab: Lab;
let primary: LabPostgres;
let tandem: TestTandem;
let draftId: string;
let port: number;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-draft-network-'));
  [lab, tandem] = await Promise.all([
    startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] }),
    startTandem(),
  ]);
  primary = await lab.createPrimary('db1', { shopDatabaseMb: 20 });
  await tandem.startWorker();
  const [db1, db2] = await Promise.all(['db1', 'db2'].map((name) => tandem.addServer(lab, name)));
  const place = labLocation(lab.host('db2'), 'shop');
  ({ port } = place);
  const { id, data } = await tandem.services.drafts.create('new-standby', ADA);
  const answers = {
    name: 'shop',
    primaryServerId: db1 ?? '',
    primaryDataDirectory: primary.location.dataDirectory,
    standbyServerId: db2 ?? '',
    standbyDataDirectory: place.dataDirectory,
    standbyPort: port,
  };
  if (data.kind !== 'new-standby') throw new Error(data.kind);
  await tandem.services.drafts.save(id, { ...data, ...answers }, null, ADA);
  draftId = id;
});
afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function examine(): Promise<NetworkLook> {
  await tandem.services.drafts.examine(draftId, ADA);
  const answer = await until('the network is examined', 120_000, async () => {
    const now: DraftNetworkAnswer = await tandem.services.drafts.network(draftId);
    return now.state === 'making' ? null : now;
  });
  if (answer.state !== 'ready') throw new Error(JSON.stringify(answer, null, 1));
  return answer;
}

const row = ({ gates }: NetworkLook, code: string, from: string): GateResult => {
  const found = gates.find((gate) => gate.code === code && gate.server === from);
  if (found === undefined) throw new Error(`no ${code} from ${from}: ${JSON.stringify(gates, null, 1)}`);
  return found;
};

const BASE = 'ct state established,related accept; iifname lo accept; tcp dport 22 accept;';

async function withFirewall(
  name: string,
  verdict: 'drop' | 'reject',
  work: () => Promise<void>,
): Promise<void> {
  const host = lab.host(name);
  const last = verdict === 'reject' ? 'tcp dport != 0 reject with tcp reset;' : '';
  const rules = `table inet filter {
    chain input { type filter hook input priority 0; policy drop; ${BASE} tcp dport ${host.sshPort} accept; ${last}
    }
  }`;
  await host.require(['nft', '-f', '-'], { as: 'root', input: rules });
  try {
    await work();
  } finally {
    await host.require(['nft', 'delete', 'table', 'inet', 'filter'], { as: 'root' });
  }
}

describe('the network of a draft', () => {
  it('is not examined before somebody asks', async () => {
    expect(await tandem.services.drafts.network(draftId)).toEqual({ state: 'none' });
  });

  it('is told both ways, with the line measured, and the plan counts on it', async () => {
    const look = await examine();
    for (const [code, from] of [
      ['route', 'db2'],
      ['port', 'db2'],
      ['hba-replication', 'db2'],
      ['hba-rewind', 'db2'],
      ['round-trip', 'db2'],
      ['bandwidth', 'db2'],
      ['backup', 'db2'],
      ['route', 'db1'],
      ['port', 'db1'],
      ['bandwidth', 'db1'],
    ] as const)
      expect([code, from, row(look, `network-${code}`, from).state]).toEqual([code, from, 'ok']);
    expect(look.doors).toEqual([]);
    expect(look.later).toHaveLength(2);
    const { address } = lab.host('db2');
    expect(row(look, 'network-hba-replication', 'db2').detail.en).toContain(
      `the plan puts first: host replication tandem_replication ${address} 255.255.255.255 scram-sha-256; today`,
    );
    expect(row(look, 'network-port', 'db1').detail.en).toContain(`:${port} lets through`);
    expect(row(look, 'network-bandwidth', 'db2').detail.en).toMatch(
      /^[\d.]+ [KMG]iB\/s; WAL that the primary writes: /,
    );
    expect(look.bytesPerSecond).toBeGreaterThan(1024 ** 2);
    expect(await lab.host('db2').require(['ss', '-Hltn', `sport = :${port}`], { as: 'root' })).toMatchObject({
      stdout: '',
    });
    const plan = await until('the plan is made', 60_000, async () => {
      const now = await tandem.services.drafts.plan(draftId, false, ADA);
      return now.state === 'making' ? null : now;
    });
    if (plan.state !== 'ready') throw new Error(JSON.stringify(plan));
    const copy = plan.plan.steps.find((step) => step.name === 'base-backup');
    expect(copy?.explain.en).toMatch(/The line was measured at [\d.]+ [KMG]iB\/s\.$/);
  });

  it('names the way that the standby drops, and how its server is to be prepared', async () => {
    await withFirewall('db2', 'drop', async () => {
      const look = await examine();
      expect(row(look, 'network-port', 'db1')).toMatchObject({
        state: 'blocking',
        detail: { en: expect.stringContaining('packets are dropped') },
      });
      const { address } = lab.host('db1');
      expect(look.doors).toMatchObject([{ from: 'db1', serverName: 'db2', address, port }]);
      expect(row(look, 'network-port', 'db2').state).toBe('ok');
      expect(row(look, 'network-bandwidth', 'db2').state).toBe('unknown');
    });
  });

  it('tells a firewall that rejects from a port where nobody listens yet', async () => {
    await withFirewall('db2', 'reject', async () => {
      const look = await examine();
      expect(row(look, 'network-port', 'db1').detail.en).toContain('rejects although somebody listened');
      expect(look.doors).toMatchObject([{ from: 'db1', serverName: 'db2', port }]);
    });
  });

  it('names the way that the primary drops', async () => {
    await withFirewall('db1', 'drop', async () => {
      const look = await examine();
      expect(row(look, 'network-port', 'db2').detail.en).toContain('packets are dropped');
      expect(look.doors).toMatchObject([{ from: 'db2', serverName: 'db1' }]);
    });
  });

  it('forgets what was found when other servers or places are chosen', async () => {
    const { data } = await tandem.services.drafts.get(draftId);
    if (data.kind !== 'new-standby') throw new Error(data.kind);
    await tandem.services.drafts.save(draftId, { ...data, standbyPort: port + 1 }, null, ADA);
    expect(await tandem.services.drafts.network(draftId)).toEqual({ state: 'none' });
  });
});
