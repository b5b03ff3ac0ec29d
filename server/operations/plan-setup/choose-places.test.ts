import { describe, expect, it } from 'vitest';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { FoundInstance } from '#server/domain/server-check.ts';
import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import { FakePairWorld } from '#server/testing/fake-world/fake-pair-world.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import type { HostAccess } from '../host-access.ts';
import { chooseStandbyPlace, type StandbyPlace } from './choose-places.ts';

const IN_CONTAINER = '/var/lib/postgresql/data';
const OF_CLUSTER = '/var/lib/postgresql/15/main';
const found = (location: Partial<InstanceLocation>, o: Partial<FoundInstance> = {}): FoundInstance => ({
  ...plainLocation(location),
  running: false,
  majorVersion: 15,
  inRecovery: null,
  sizeBytes: null,
  supported: true,
  reason: null,
  ...o,
});
const container = found({
  kind: 'docker',
  name: 'shop',
  dataDirectory: IN_CONTAINER,
  port: 5433,
  socketDirectory: null,
});
const cluster = found({
  kind: 'debian',
  name: '15/main',
  dataDirectory: OF_CLUSTER,
  configDirectory: '/etc/postgresql/15/main',
});
const DRAFT = { standbyDataDirectory: null, standbyPort: null } as NewStandbyDraft;

/** Where the standby of `primary` goes on a host that has these instances, for the place that the draft names. */
async function chosen(
  primary: FoundInstance,
  o: { there?: FoundInstance[]; wanted?: string; installed?: boolean },
): Promise<StandbyPlace['location']> {
  const world = new FakePairWorld(new TestClock());
  const { db2 } = world.hosts;
  db2.putFile('/usr/bin/pg_ctlcluster', '');
  const probe = {
    facts: () => db2.facts().then((facts) => ({ ...facts, isRoot: true })),
    sudo: () => db2.sudo(),
    toolchains: () => Promise.resolve(o.installed === false ? [] : [db2.toolchain]),
    instances: () => Promise.resolve(o.there ?? []),
  };
  const host = {
    server: { id: 'server-db2', name: 'db2' },
    probe,
    node: () => world.standby,
  } as unknown as HostAccess;
  const location = plainLocation({ ...primary, binDirectory: '/usr/lib/postgresql/15/bin' });
  const draft = { ...DRAFT, standbyDataDirectory: o.wanted ?? null };
  const wait = { signal: new AbortController().signal, timeoutMs: 1_000 };
  return (await chooseStandbyPlace(host, draft, { found: primary, location }, wait)).location;
}

describe('the standby of a container', () => {
  it('lives in a container unless the draft names a place of the host', async () => {
    const there = [container, cluster];
    expect(await chosen(container, { there })).toMatchObject({ kind: 'docker', name: 'shop', port: 5433 });
    expect(await chosen(container, { there, wanted: IN_CONTAINER })).toMatchObject({ kind: 'docker' });
    expect(await chosen(container, { there, wanted: OF_CLUSTER })).toMatchObject({
      kind: 'debian',
      name: '15/main',
      configDirectory: '/etc/postgresql/15/main',
      osOwner: 'postgres',
    });
  });

  it('is a new cluster where the draft names the directory of one, on a host that can have it', async () => {
    const wanted = '/var/lib/postgresql/15/shop';
    expect(await chosen(container, { wanted })).toMatchObject({
      kind: 'debian',
      name: '15/shop',
      dataDirectory: wanted,
    });
    await expect(chosen(container, { wanted, installed: false })).rejects.toMatchObject({
      code: 'GATE_FAILED',
      message: 'PostgreSQL 15 is not installed on db2',
    });
  });

  it('is refused where nothing of that name is there, and both ways are said', async () => {
    await expect(chosen(container, { there: [cluster] })).rejects.toMatchObject({
      code: 'CONTAINER_MISSING',
    });
    await expect(chosen(container, { wanted: '/srv/typo' })).rejects.toMatchObject({
      code: 'CONTAINER_MISSING',
      hint: expect.stringContaining('a cluster of that host'),
    });
  });
});

describe('the standby of a server on a host', () => {
  it('lives in a container only where the draft names that container', async () => {
    const there = [container, cluster];
    expect(await chosen(cluster, { there })).toMatchObject({ kind: 'debian' });
    expect(await chosen(cluster, { there, wanted: IN_CONTAINER })).toMatchObject({
      kind: 'debian',
      dataDirectory: IN_CONTAINER,
    });
    expect(await chosen(cluster, { there, wanted: `${IN_CONTAINER}@shop` })).toMatchObject({
      kind: 'docker',
      name: 'shop',
      dataDirectory: IN_CONTAINER,
      osOwner: 'postgres',
    });
  });
});
