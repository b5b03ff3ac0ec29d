import { describe, expect, it } from 'vitest';
import { commandFlags } from '#server/domain/command-flags.ts';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { SettingRow } from '#server/ports/postgres-admin.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { FakeCompose } from '#server/testing/fake-world/fake-compose.ts';
import { FakePairWorld } from '#server/testing/fake-world/fake-pair-world.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import type { HostAccess } from '../host-access.ts';
import { decideRelease } from './decide-release.ts';
import type { ReleaseInput } from './input.ts';
import { observeRelease, type ReleaseObservation, type ReleaseWorld } from './observation.ts';
import { RELEASE_GATES, releaseSettings } from './release-settings.ts';

const FILE = '/srv/shop/docker-compose.yml';
const KEPT = `${FILE}.tandem-20261123T221500Z`;
const NOW_MS = Date.UTC(2026, 10, 23, 22, 15);
const COMMAND = [
  'postgres',
  '-c',
  'hba_file=/data/pg_hba.conf',
  '-c',
  'max_wal_senders=5',
  '--wal-log-hints=on',
];
const AFTER = ['postgres', '-c', 'hba_file=/data/pg_hba.conf'];
const LOCATION = plainLocation({ kind: 'docker', name: 'shop-db', dataDirectory: '/data/main' });

interface World extends ReleaseWorld {
  pair: FakePairWorld;
  compose: FakeCompose;
  close(): Promise<void>;
}

/** A server whose container gives it settings, as long as it is the one that was made with them. */
function makeWorld(clock: TestClock): World {
  const pair = new FakePairWorld(clock, {
    db1: LOCATION,
    db2: plainLocation({ dataDirectory: '/data/standby' }),
  });
  const compose = new FakeCompose('shop-db', FILE, { command: COMMAND, rest: 'as it was' });
  const { db1, db2 } = pair.postgres;
  db2.initialiseStandbyOf(db1, 'tandem_shop');
  compose.isRunning = () => db1.running;
  const given = (): Map<string, string> =>
    new Map(commandFlags(compose.found?.command ?? []).map((flag) => [flag.name, flag.value]));
  const fromCommand = (row: SettingRow): SettingRow => {
    const setting = given().get(row.name);
    return setting === undefined ? row : { ...row, setting, source: 'command line', pendingRestart: false };
  };
  const settings = db1.settings.bind(db1);
  const start = db1.start.bind(db1);
  db1.settings = async (names) =>
    new Map([...(await settings(names))].map(([name, row]) => [name, fromCommand(row)]));
  db1.commandLine = async () => [...(await db1.settings([...given().keys()])).values()];
  db1.configFiles = () => Promise.resolve(['/data/main/postgresql.conf']);
  db1.start = async () => {
    if (compose.found === null) throw new Error('there is no container to start');
    await start();
  };
  return { clock, pair, compose, node: pair.primary, partner: pair.standby, close: () => pair.close() };
}

const access = (world: World): HostAccess =>
  ({
    server: { id: 's1', name: 'db1' },
    probe: {
      instances: () => Promise.resolve([{ ...LOCATION, running: true, supported: true, reason: null }]),
    },
    compose: world.compose,
    node: () => world.node,
  }) as never;

const PARTNER = { serverId: 's2', serverName: 'db2', instanceId: 'i2', location: plainLocation() };
const PAIR: ReleaseInput['pair'] = { pairId: 'p', pairName: 'shop', role: 'primary', partner: PARTNER };
const wait = () => ({ signal: new AbortController().signal, timeoutMs: 1_000 });
const decide = (world: World, names: string[] | null = null) =>
  decideRelease(access(world), { place: '/data/main@shop-db', names, pair: PAIR, nowMs: NOW_MS }, wait());

const input = await decide(makeWorld(new TestClock()));

type Subject = MatrixSubject<World, ReleaseObservation, ReleaseInput>;
const subject: Subject = {
  operation: releaseSettings,
  input: JSON.parse(JSON.stringify(input)),
  makeWorld,
  snapshot: ({ pair, compose }) => ({
    files: [...compose.files],
    container: compose.found,
    running: pair.postgres.db1.running,
    settings: pair.hosts.db1.text('/data/main/postgresql.auto.conf'),
    beside: [...pair.hosts.db1.files.keys()],
  }),
  effects: ({ pair, compose }) => ({ ...compose.effects, ...pair.postgres.db1.effects }),
};
const changed = (change: (world: World) => void): Subject => ({
  ...subject,
  makeWorld: (clock) => {
    const world = makeWorld(clock);
    change(world);
    return world;
  },
});
const cells = cellsOf(subject);
const CELLS_AT_LEAST = 90;

describe('release-settings', () => {
  it('is well formed', () => {
    assertWellFormed(releaseSettings);
  });

  it('moves the values, keeps the old file, and makes the container once, of the same image and policy', async () => {
    const r = await runCell(subject, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toMatchObject({
      files: [
        [FILE, JSON.stringify({ command: AFTER, rest: 'as it was' })],
        [KEPT, JSON.stringify({ command: COMMAND, rest: 'as it was' })],
      ],
      container: { command: AFTER, imageId: 'sha256:1', restartPolicy: 'always' },
      running: true,
    });
    const { settings } = r.after as { settings: string };
    expect(settings).toContain("max_wal_senders = '5'");
    expect(settings).toContain("wal_log_hints = 'on'");
    expect(r.effects).toMatchObject({ stop: 1, start: 1, 'create-container': 1, 'remove-container': 1 });
  });

  it.each(cells)('$direction $step $point $fault', async (cell) => {
    await expectPromises(subject, cell);
  });

  it('tests as many cells as it has steps for', () => {
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it('costs no outage where it fails before the stop', async () => {
    const cell = {
      step: 'change-compose-file',
      direction: 'forward',
      point: 'after-effect',
      fault: 'failure',
    } as const;
    const r = await runCell(subject, cell);
    expect(r.operation.status).toBe('undone');
    expect(r.effects).not.toHaveProperty('stop');
  });

  it('gives the old container back where the server does not come up with the new one', async () => {
    const r = await runCell(
      changed((world) => {
        const { db1 } = world.pair.postgres;
        const start = db1.start.bind(db1);
        db1.start = async () => {
          if (world.compose.found?.command.length === AFTER.length)
            throw new AppError('COMMAND_FAILED', { message: 'does not come up' });
          await start();
        };
      }),
      null,
    );
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
  });

  it('does not start a primary while its partner accepts writes', async () => {
    const r = await runCell(
      changed((world) => {
        const { removeContainer } = world.compose;
        world.compose.removeContainer = () => {
          world.pair.postgres.db2.promoteByHand();
          return removeContainer.call(world.compose);
        };
      }),
      null,
    );
    expect(r.operation.status).toBe('needs-attention');
    expect(r.after).toMatchObject({ running: false });
  });

  it('leaves a file alone that somebody changed between the plan and the run', async () => {
    const r = await runCell(
      changed(({ compose }) => {
        compose.files.set(FILE, JSON.stringify({ command: COMMAND, rest: 'changed' }));
      }),
      null,
    );
    expect(r.operation.problem).toMatchObject({ code: 'GATE_FAILED' });
    expect(r.after).toEqual(r.before);
  });
});

describe('the choice', () => {
  it('takes what stands in the way, and never what names files', () => {
    expect(input.flags.map(({ name, chosen, stays }) => [name, chosen, stays === null])).toEqual([
      ['hba_file', false, false],
      ['max_wal_senders', true, true],
      ['wal_log_hints', true, true],
    ]);
  });

  it.each([
    ['what is not there', ['work_mem'], 'does not give work_mem'],
    ['what names files', ['hba_file'], 'stays on the command line'],
  ])('refuses %s', async (_, names, why) => {
    await expect(decide(makeWorld(new TestClock()), names)).rejects.toThrow(why);
  });

  it('keeps a password on the command line out of plan and store', async () => {
    const world = makeWorld(new TestClock());
    const secret = [...COMMAND, '-c', 'primary_conninfo=host=a password=geheim'];
    world.compose.found = { ...world.compose.found, command: secret } as never;
    const decided = await decide(world);
    expect(decided.flags.find((f) => f.name === 'primary_conninfo')).toMatchObject({
      chosen: false,
      value: '',
    });
    expect(JSON.stringify({ ...decided, file: null })).not.toContain('geheim');
  });
});

describe('the gates', () => {
  const judge = async (change: (world: World) => void, wished: string[] | null = null) => {
    const world = makeWorld(new TestClock());
    change(world);
    const decided = await decide(world, wished);
    const observed = await observeRelease(world, decided, wait());
    return RELEASE_GATES.flatMap((gate) => gate(observed, decided)).filter((g) => g.state !== 'ok');
  };
  const made = (world: World) => world.compose.found as NonNullable<FakeCompose['found']>;
  const labels = (world: World) => made(world).compose as NonNullable<ReturnType<typeof made>['compose']>;

  it('names the outage of a primary, and nothing else, where all is well', async () => {
    expect((await judge(() => undefined)).map((g) => [g.code, g.state])).toEqual([
      ['outage-is-named', 'warning'],
    ]);
  });

  it.each<[string, string, (world: World) => void]>([
    ['made-by-compose', 'a container that nobody’s Compose made', (w) => (made(w).compose = null)],
    ['made-by-compose', 'several files', (w) => labels(w).files.push('/srv/shop/more.yml')],
    ['compose-answers', 'no Compose', (w) => (w.compose.program = null)],
    ['compose-answers', 'another Compose', (w) => (w.compose.program = ['docker', 'compose'])],
    ['file-can-be-changed', 'no file', (w) => w.compose.files.clear()],
    ['file-can-be-changed', 'a file in a way of its own', (w) => (w.compose.cannot = 'it extends')],
    ['file-is-the-containers', 'another command', (w) => made(w).command.push('-c', 'work_mem=8MB')],
    ['file-is-the-containers', 'a changed file', (w) => (w.compose.hashState = { state: 'different', detail: 'a → b' })],
    ['file-is-the-containers', 'a file that Compose refuses', (w) => (w.compose.hashState = { state: 'refused', detail: 'no' })],
    ['file-is-the-containers', 'a Compose that cannot tell', (w) => (w.compose.hashState = { state: 'unknown', detail: '' })],
    ['image-is-the-same', 'a name that moved on', (w) => (w.compose.image = 'sha256:2')],
    ['image-is-the-same', 'an image that is gone', (w) => (w.compose.image = null)],
    ['files-outlive-it', 'data inside the container', (w) => (made(w).lasting = [])],
    ['nothing-lives-inside', 'files inside', (w) => w.compose.inside.push('/usr/bin/vim')],
    ['network-is-its-own', 'a guest in its network', (w) => w.compose.sharers.push('exporter')],
    ['nothing-long-runs', 'a backup', (w) => (w.pair.postgres.db1.activityNow.backups = 1)],
    ['nothing-long-runs', 'an archiver that fails', (w) => (w.pair.postgres.db1.activityNow.archiver.failing = true)],
    ['partner-is-the-other', 'a second primary', (w) => w.pair.postgres.db2.promoteByHand()],
    ['partner-is-the-other', 'a partner that is away', (w) => (w.pair.hosts.db2.reachable = false)],
  ])('%s: %s', async (code, _, change) => {
    const found = (await judge(change)).filter((g) => g.code !== 'outage-is-named').map((g) => g.code);
    expect(found).toContain(code);
  }); // prettier-ignore

  it('wants values for variables, unless Compose itself says that nothing has changed', async () => {
    const codes = (found: Awaited<ReturnType<typeof judge>>) => found.map((g) => g.code);
    expect(codes(await judge((w) => w.compose.variables.push('DB_PASSWORD')))).not.toContain(
      'variables-are-known',
    );
    const found = await judge((w) => {
      w.compose.variables.push('DB_PASSWORD');
      w.compose.hashState = { state: 'unknown', detail: '' };
    });
    expect(codes(found)).toContain('variables-are-known');
  });

  it('has nothing to do where nothing is chosen', async () => {
    const found = await judge(() => undefined, []);
    expect(found.find((g) => g.code === 'something-is-chosen')).toMatchObject({ state: 'blocking' });
  });
});
