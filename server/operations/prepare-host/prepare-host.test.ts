import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import type { HostWish } from '#server/domain/host-wish.ts';
import { hostSetupContract } from '#server/testing/contract/host-setup.contract.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { FakeHostSetup } from '#server/testing/fake-world/fake-host-setup.ts';
import { decideHost, withHome } from './decide.ts';
import type { PrepareHostInput } from './input.ts';
import type { HostObservation, PrepareHostWorld } from './observation.ts';
import { observeHost } from './observation.ts';
import { prepareHost } from './prepare-host.ts';

const CELLS_AT_LEAST = 99;

const WISH: HostWish = withHome({
  postgresql: { majorVersion: 15, source: 'pgdg' },
  docker: { source: 'distribution' },
  account: { name: 'mgserver', dockerGroup: true },
  directories: [{ path: '/home/mgserver/mgserver', owner: 'mgserver', mode: '0750' }],
  firewall: { port: 5432, from: '10.0.0.1', fromName: 'db1' },
});

type World = PrepareHostWorld & { setup: FakeHostSetup; close(): Promise<void> };

function hostWith(prepare: (setup: FakeHostSetup) => void = () => undefined): FakeHostSetup {
  const setup = new FakeHostSetup();
  setup.repository.set('postgresql-15', '15.12').set('docker.io', '20.10').set('docker-compose', '1.29');
  setup.places = [{ kind: 'ufw' }];
  prepare(setup);
  return setup;
}

const wait = { signal: new AbortController().signal, timeoutMs: 1_000 };

async function inputFor(
  prepare?: (setup: FakeHostSetup) => void,
  wish = WISH,
): Promise<PrepareHostInput & { seen: HostObservation }> {
  const setup = hostWith(prepare);
  const seen = await observeHost({ setup, clock: { nowMs: () => 0 } as never }, wish, wait);
  const todo = decideHost(wish, seen);
  return { serverId: 's1', serverName: 'db2', wish, todo, jobKey: 'job', reason: null, seen };
}

async function subject(
  prepare?: (setup: FakeHostSetup) => void,
  later: (setup: FakeHostSetup) => void = () => undefined,
): Promise<MatrixSubject<World, unknown, PrepareHostInput>> {
  const input: Partial<Awaited<ReturnType<typeof inputFor>>> = await inputFor(prepare);
  delete input.seen;
  return {
    operation: prepareHost as never,
    input: JSON.parse(JSON.stringify(input)) as never,
    makeWorld: (clock) => {
      const setup = hostWith(prepare);
      later(setup);
      return { setup, clock, close: () => Promise.resolve() };
    },
    snapshot: ({ setup }) => setup.snapshot(),
    effects: ({ setup }) => setup.effects,
  };
}

hostSetupContract('the fake one', () => {
  const setup = new FakeHostSetup();
  setup.installed.set('bash', '5.2');
  return { setup, installed: 'bash' };
});

const DONE = {
  files: [
    ['/etc/apt/keyrings/tandem-pgdg.asc', 'the key'],
    ['/etc/apt/sources.list.d/tandem-pgdg.sources', expect.stringContaining('Suites: bookworm-pgdg')],
    [
      '/etc/postgresql-common/createcluster.d/tandem.conf',
      expect.stringContaining('create_main_cluster = false'),
    ],
  ],
  accounts: [['mgserver', ['mgserver', 'docker']]],
  directories: expect.arrayContaining([
    ['/home/mgserver/mgserver', expect.objectContaining({ owner: 'mgserver', mode: '750' })],
  ]),
  rules: [expect.stringContaining('10.0.0.1')],
};

describe('prepare-host', () => {
  it('is well formed', () => {
    assertWellFormed(prepareHost);
  });

  it('makes everything that was wished, and no cluster that nobody asked for', async () => {
    const r = await runCell(await subject(), null);
    expect(r.operation).toMatchObject({ status: 'succeeded', problem: null });
    expect(r.after).toEqual(DONE);
    expect(r.effects).toEqual({ install: 1, account: 1 });
  });

  it('plans nothing but its look where everything is there already', async () => {
    const { todo } = await inputFor((setup) => {
      setup.installed.set('postgresql-15', '15.12');
      setup.dockerNow = { engine: '27.0', compose: '2.30', enabled: true };
      setup.accountsThere.set('mgserver', ['mgserver', 'docker']);
      for (const path of ['/home/mgserver', '/home/mgserver/mgserver'])
        setup.directoriesThere.set(path, {
          kind: 'directory',
          owner: 'mgserver',
          group: 'mgserver',
          mode: '750',
          empty: false,
        });
      setup.places = [];
    });
    expect(todo).toEqual({
      packages: [],
      sources: [],
      withoutMainCluster: false,
      startDocker: false,
      account: false,
      dockerGroup: false,
      directories: false,
      firewall: [],
      nftablesConf: null,
    });
  });

  it('leaves the making of clusters alone where there are some', async () => {
    expect((await inputFor((setup) => (setup.clustersThere = 1))).todo.withoutMainCluster).toBe(false);
  });

  it.each<[string, (setup: FakeHostSetup) => void, string]>([
    ['it may not act as root', (s) => (s.look = { ...s.look, root: false }), 'neither root nor sudo'],
    [
      'another program installs packages',
      (s) => (s.look = { ...s.look, packagesHeldBy: 'unattended-upgr (812)' }),
      'unattended-upgr (812) holds the lock',
    ],
    ['there is no apt', (s) => (s.look = { ...s.look, apt: false }), 'no apt'],
    [
      'a directory of somebody else with files is in the way',
      (s) =>
        s.directoriesThere.set('/home/mgserver/mgserver', {
          kind: 'directory',
          owner: 'root',
          group: 'root',
          mode: '755',
          empty: false,
        }),
      '/home/mgserver/mgserver',
    ],
  ])('refuses when %s, and changes nothing', async (_what, change, detail) => {
    const r = await runCell(await subject(undefined, change), null);
    expect(r.operation.status).toBe('undone');
    expect(r.operation.problem?.code).toBe('GATE_FAILED');
    expect(r.operation.problem?.detail).toContain(detail);
    expect(r.after).toEqual(r.before);
  });

  it('trusts no other key for a repository, and installs nothing then', async () => {
    const r = await runCell(await subject(undefined, (s) => (s.wrongKey = true)), null);
    expect(r.operation).toMatchObject({ status: 'undone', problem: { code: 'KEY_NOT_TRUSTED' } });
    expect(r.effects).toEqual({});
    expect(r.after).toEqual(r.before);
  });

  it('names who holds the lock when apt comes too late', async () => {
    const log =
      'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (apt-get)\nE: Unable to acquire the dpkg frontend lock';
    const r = await runCell(await subject(undefined, (s) => (s.installFails = { log })), null);
    expect(r.operation).toMatchObject({ status: 'undone', problem: { code: 'PACKAGES_BUSY' } });
    expect(r.operation.problem?.detail).toContain('process 4711 (apt-get)');
    expect(r.after).toEqual(r.before);
  });

  it('begins a new apt where a reboot broke one off', async () => {
    const r = await runCell(
      await subject(undefined, (s) =>
        s.jobs.set('packages-job-1', { status: 'lost', exitCode: null, log: '', nextByte: 0 }),
      ),
      null,
    );
    expect(r.operation.status).toBe('succeeded');
    expect(r.effects['install']).toBe(1);
  });

  it('keeps a rule that was there before when it is undone', async () => {
    const places = [{ kind: 'ufw' as const }];
    const input = await subject((s) => (s.places = places));
    const theirs = JSON.stringify([places[0], '10.0.0.1', 5432]);
    const r = await runCell(
      { ...input, makeWorld: (clock) => withRule(input.makeWorld(clock), theirs) },
      { step: 'open-firewall', direction: 'forward', point: 'before-finish-record', fault: 'failure' },
    );
    expect(r.after).toMatchObject({ rules: [theirs] });
  });
});

function withRule(world: World, rule: string): World {
  world.setup.rules.add(rule);
  return world;
}

const matrix = await subject();
const cells = cellsOf(matrix);

describe('the crash matrix of prepare-host', () => {
  it(`has at least ${CELLS_AT_LEAST} cells`, () => {
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('ends prepared or as before: $fault of $step $direction at $point', async (cell) => {
    const r = await runCell(matrix, cell);
    if (r.operation.status === 'succeeded') expect(r.after).toEqual(DONE);
    else {
      expect(r.operation.status).toBe('undone');
      expect(r.after).toEqual(r.before);
    }
    expect(r.effects['install'] ?? 0).toBeLessThanOrEqual(1);
  });
});
