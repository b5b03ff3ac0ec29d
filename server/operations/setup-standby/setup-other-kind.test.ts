import { describe, expect, it } from 'vitest';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { effectsOf, FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import { DEBIAN_CLUSTER, setupInput } from '#server/testing/setup-input.ts';
import { includedBy, type Included } from './files-to-bring.ts';
import type { SetupInput } from './input.ts';
import type { SetupObservation } from './observation.ts';
import { setupStandby } from './setup-standby.ts';

const IN_CONTAINER = '/var/lib/postgresql/data';
const CONTAINER = plainLocation({
  kind: 'docker',
  name: 'shop',
  dataDirectory: IN_CONTAINER,
  socketDirectory: null,
});
const LINES = {
  conf: "work_mem = 7MB\ninclude 'more/own.conf'\ninclude_dir 'empty.d'\n",
  hba: 'local all all trust\n',
};

type Subject = MatrixSubject<FakePairWorld, SetupObservation, SetupInput>;

function subjectOf(
  [primary, standby]: readonly [InstanceLocation, InstanceLocation],
  { hbaFile, included = { files: [], directories: [] } }: { hbaFile: string; included?: Included },
  prepare: (world: FakePairWorld) => void,
): Subject {
  return {
    operation: setupStandby,
    input: {
      ...setupInput(primary, standby),
      superuser: 'mgr_user',
      hbaFile,
      includedFiles: included.files,
      includedDirectories: included.directories,
    },
    makeWorld: (clock) => {
      const world = new FakePairWorld(clock, { db1: primary, db2: standby });
      prepare(world);
      return world;
    },
    snapshot: snapshotOf,
    effects: effectsOf,
  };
}

const OF_CONTAINER: Included = {
  files: [`${IN_CONTAINER}/more/own.conf`],
  directories: [`${IN_CONTAINER}/empty.d`],
};

const stories = {
  out: subjectOf(
    [CONTAINER, DEBIAN_CLUSTER],
    { hbaFile: `${IN_CONTAINER}/pg_hba.conf`, included: OF_CONTAINER },
    ({ hosts, postgres }) => {
      // The package brings it.
      hosts.db2.putDirectory('/etc/postgresql/15', 0o755);
      hosts.db1.putFile(`${IN_CONTAINER}/postgresql.conf`, LINES.conf);
      hosts.db1.putFile(`${IN_CONTAINER}/more/own.conf`, '# nothing yet\n');
      hosts.db1.putDirectory(`${IN_CONTAINER}/empty.d`);
      hosts.db1.putFile(`${IN_CONTAINER}/pg_hba.conf`, LINES.hba);
      postgres.db1.loadHba();
    },
  ),
  in: subjectOf(
    [DEBIAN_CLUSTER, CONTAINER],
    { hbaFile: '/etc/postgresql/15/main/pg_hba.conf' },
    ({ hosts }) => {
      hosts.db1.putDirectory('/etc/postgresql/15/main/empty.d', 0o755);
      hosts.db1.putDirectory('/etc/postgresql/15/main/conf.d', 0o755);
      hosts.db1.putFile(
        '/etc/postgresql/15/main/postgresql.conf',
        `data_directory = '${DEBIAN_CLUSTER.dataDirectory}'\ninclude_dir = 'conf.d'\ninclude_dir = 'empty.d'\njit = off\n`,
      );
      hosts.db1.putFile('/etc/postgresql/15/main/conf.d/own.conf', 'work_mem = 7MB\n');
    },
  ),
};

/** Only the steps that read or write a configuration: the others are covered elsewhere. */
const OWN_STEPS = ['bring-configuration', 'register-cluster', 'bring-more-configuration', 'start-standby'];
const cells = Object.entries(stories).flatMap(([story, subject]) =>
  cellsOf(subject)
    .filter((cell) => OWN_STEPS.includes(cell.step))
    .map((cell) => ({ ...cell, story, subject })),
);
const CELLS_AT_LEAST = 60;

async function filesAfter(subject: Subject): Promise<FakePairWorld['hosts']['db2']> {
  const worlds: FakePairWorld[] = [];
  const kept: Subject = {
    ...subject,
    makeWorld: (clock) => {
      const world = subject.makeWorld(clock);
      worlds.push(world);
      return world;
    },
  };
  const r = await runCell(kept, null);
  expect(r.operation.problem).toBeNull();
  expect(r.operation.status).toBe('succeeded');
  const [world] = worlds;
  if (world === undefined) throw new Error('no world was made');
  return world.hosts.db2;
}

describe('setup-standby of the other kind', () => {
  it('finds out of a container what is included, also without a setting in it', async () => {
    const { primary } = stories.out.makeWorld(new TestClock());
    const wait = { signal: new AbortController().signal, timeoutMs: 1_000 };
    expect(await includedBy(primary, `${IN_CONTAINER}/postgresql.conf`, wait)).toEqual(OF_CONTAINER);
  });

  it('gives a cluster the configuration of a container in its own place, and trusts nobody by the socket', async () => {
    const host = await filesAfter(stories.out);
    expect(host.text('/etc/postgresql/15/main/postgresql.conf')).toContain(LINES.conf);
    expect(host.text('/etc/postgresql/15/main/more/own.conf')).toBe('# nothing yet\n');
    expect(host.files.get('/etc/postgresql/15/main/empty.d')?.kind).toBe('directory');
    const hba = host.text('/etc/postgresql/15/main/pg_hba.conf') ?? '';
    expect(hba.split('\n')[0]).toBe('local all "mgr_user" peer map=tandem');
    expect(hba).not.toContain('trust');
    expect(hba).toContain('"tandem_replication"');
  });

  it('gives a container the configuration of a cluster in its main files, which alone outlive a rewind', async () => {
    const host = await filesAfter(stories.in);
    const conf = host.text(`${IN_CONTAINER}/postgresql.conf`)?.split('\n') ?? [];
    expect(conf.filter((line) => !line.startsWith('#'))).toEqual([
      `data_directory = '${IN_CONTAINER}'`,
      'work_mem = 7MB',
      'jit = off',
      '',
    ]);
    expect(conf).toContain('# from conf.d/own.conf:');
    expect(
      [...host.files.keys()].filter((path) => /\.d(\/|$)/.test(path) && path.startsWith(IN_CONTAINER)),
    ).toEqual([]);
    expect(host.text(`${IN_CONTAINER}/pg_hba.conf`)).toContain('local all "mgr_user" peer map=tandem');
  });

  it('shows in the plan what becomes of the rules of access', async () => {
    const { operation } = await runCell(stories.out, null);
    const bring = operation.plan.steps.find((step) => step.name === 'bring-configuration');
    expect(JSON.stringify(bring?.actions)).toContain(`docker exec shop cat ${IN_CONTAINER}/postgresql.conf`);
    const file = bring?.actions.find((action) => action.type === 'file');
    expect(file).toMatchObject({
      before: LINES.hba,
      after: 'local all "mgr_user" peer map=tandem\nlocal all all peer\n',
    });
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of the other kind: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)(
    'keeps its promises ($story) after $fault at $direction $step $point',
    ({ subject, ...cell }) => expectPromises(subject, cell),
  );
});
