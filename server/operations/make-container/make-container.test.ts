import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { FakeContainers } from '#server/testing/fake-world/fake-containers.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import type { TestClock } from '#server/testing/test-clock.ts';
import type { Autostart } from '#server/ports/postgres-runtime.ts';
import type { MakeContainerInput } from './input.ts';
import { makeContainer } from './make-container.ts';
import type { MakeContainerObservation, MakeContainerWorld } from './observation.ts';

const HBA = '/srv/shop/hba.conf';
const COMPOSE = '/srv/shop/docker-compose.yml';
const DATA = '/var/lib/postgresql/data';
const RECIPE: MakeContainerInput['recipe'] = {
  name: 'shop-db',
  image: 'postgres:15',
  imageId: 'sha256:1',
  command: ['postgres', '-c', 'hba_file=/etc/postgresql/hba.conf'],
  user: '',
  environment: { POSTGRES_USER: 'mgr' },
  mounts: [
    { kind: 'volume', source: 'shop_data', destination: DATA, readOnly: false, copied: false },
    { kind: 'file', source: HBA, destination: '/etc/postgresql/hba.conf', readOnly: true, copied: true },
  ],
  ports: [{ address: '0.0.0.0', port: 5432, inside: '5432/tcp' }],
  networkMode: 'shop_default',
  restartPolicy: 'always',
  shmBytes: 0,
  memoryBytes: 0,
  dataDirectory: DATA,
  compose: {
    project: 'shop',
    service: 'db',
    directory: '/srv/shop',
    file: COMPOSE,
    content: 'services: {}\n',
  },
};
const INPUT: MakeContainerInput = {
  from: { serverId: 's1', serverName: 'db1' },
  to: { serverId: 's2', serverName: 'db2' },
  sourceName: 'shop-db',
  recipe: RECIPE,
  location: plainLocation({ kind: 'docker', name: 'shop-db', dataDirectory: DATA }),
  instanceId: 'i2',
  bringImage: true,
  compose: ['docker', 'compose'],
  files: [HBA],
};

interface World extends MakeContainerWorld {
  from: FakeContainers;
  to: FakeContainers;
  policy: { kept: boolean };
  busyPorts: Set<number>;
  close(): Promise<void>;
}

function makeWorld(clock: TestClock): World {
  const [from, to] = [new FakeContainers(), new FakeContainers()];
  from.images.set('postgres:15', 'sha256:1');
  from.files.set(HBA, { content: Buffer.from('local all all trust\n'), mode: 0o644, uid: 0, gid: 0 });
  const policy = { kept: false };
  const busyPorts = new Set<number>();
  const autostart = (): Promise<Autostart> =>
    Promise.resolve(policy.kept && to.made.has('shop-db') ? 'taken' : 'on');
  return {
    clock,
    from,
    to,
    policy,
    busyPorts,
    probe: { portInUse: (port) => Promise.resolve(busyPorts.has(port)) },
    runtime: {
      autostart,
      setAutostart: (on) => {
        policy.kept = !on;
        return Promise.resolve();
      },
    },
    close: () => Promise.resolve(),
  };
}

type Subject = MatrixSubject<World, MakeContainerObservation, MakeContainerInput>;
const subject: Subject = {
  operation: makeContainer,
  input: JSON.parse(JSON.stringify(INPUT)),
  makeWorld,
  snapshot: ({ to }) => ({
    images: [...to.images],
    volumes: [...to.volumeNames],
    made: [...to.made],
    files: [...to.files.keys()],
    owned: [...to.owned],
  }),
  effects: () => ({}),
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
const CELLS_AT_LEAST = 60;

describe('make-container', () => {
  it('is well formed', () => {
    assertWellFormed(makeContainer);
  });

  it('leaves a container that never ran, with its files and image, and nothing that could start it', async () => {
    const r = await runCell(subject, null);
    expect(r.operation.problem).toBeNull();
    expect(r.after).toMatchObject({
      images: [['postgres:15', 'sha256:1']],
      made: [['shop-db', { running: false, wasStarted: false }]],
      files: [HBA, COMPOSE],
      owned: [['shop-db', 'postgres']],
    });
  });

  it.each<[string, (world: World) => void, string]>([
    ['a container of this name', (w) => w.to.made.set('shop-db', { running: true, madeBy: null, wasStarted: true }), 'name-is-free'],
    ['its volume', (w) => w.to.volumeNames.add('shop_data'), 'volumes-are-new'],
    ['something on its port', (w) => w.busyPorts.add(5432), 'port-is-free'],
    ['no Compose', (w) => void (w.to.compose = null), 'compose-answers'],
    ['another architecture', (w) => void (w.to.architecture = 'arm64'), 'engine-answers'],
  ])('changes nothing on a server that has %s', async (_, change, gate) => {
    const r = await runCell(changed(change), null);
    expect(r.operation.problem?.code).toBe('GATE_FAILED');
    expect(JSON.stringify(r.operation.problem)).toContain(gate);
    expect(r.after).toEqual(r.before);
  }); // prettier-ignore

  it('never replaces a file, and takes everything back', async () => {
    const other = { content: Buffer.from('somebody’s'), mode: 0o600, uid: 1, gid: 1 };
    const r = await runCell(changed((w) => w.to.files.set(COMPOSE, other)), null); // prettier-ignore
    expect(r.operation.status).toBe('undone');
    expect(r.operation.problem?.message).toContain('exists already');
    expect(r.after).toEqual(r.before);
  });

  it('takes everything back where files of somebody lie in the data directory', async () => {
    const r = await runCell(changed((w) => void (w.to.strangers = true)), null); // prettier-ignore
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of make-container: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('keeps its promises after $fault at $direction $step $point', (cell) =>
    expectPromises(subject, cell),
  );
});
