import { describe, expect, it } from 'vitest';
import { readAutoConf } from '#server/domain/auto-conf.ts';
import { parseConninfo } from '#server/domain/conninfo.ts';
import { pairHbaRules, readHbaBlock, withHbaBlock } from '#server/domain/hba-block.ts';
import { Secret } from '#server/domain/secret.ts';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import type { TestClock } from '#server/testing/test-clock.ts';
import { loseReload } from '#server/testing/fake-world/lose-reload.ts';
import { encryptReplication } from './encrypt-replication.ts';
import type { EncryptInput } from './input.ts';
import type { EncryptObservation } from './look.ts';
import { requiringTls } from './steps/require-tls.ts';

const SLOT = 'tandem_shop';
const NAMES = {
  replication: 'tandem_replication',
  rewind: 'tandem_rewind',
  monitor: 'tandem_monitor',
} as const;
const side = (serverName: string, dataDirectory: string, address: string) => ({
  serverId: `server-${serverName}`,
  serverName,
  instanceId: `instance-${serverName}`,
  location: plainLocation({ dataDirectory }),
  address,
  hbaFile: `${dataDirectory}/pg_hba.conf`,
});
const INPUT = {
  pairId: 'pair-1',
  pairName: 'shop',
  epoch: 1,
  slotName: SLOT,
  replicationRole: NAMES.replication,
  rewindRole: NAMES.rewind,
  renewal: false,
  primary: side('db1', '/data/main', '10.0.0.1'),
  standby: side('db2', '/data/standby', '10.0.0.2'),
  material: {
    authority: { certificate: 'the authority', keySecretId: 'ca-key' },
    primary: { certificate: 'of db1', keySecretId: 'key-1' },
    standby: { certificate: 'of db2', keySecretId: 'key-2' },
    notAfterMs: 1_900_000_000_000,
  },
};
const RENEWAL = {
  ...INPUT,
  renewal: true,
  material: {
    ...INPUT.material,
    primary: { certificate: 'new of db1', keySecretId: 'key-3' },
    standby: { certificate: 'new of db2', keySecretId: 'key-4' },
  },
};
/** Given by the admin; the one of db1 holds a host name only. */
const OWN = {
  ...INPUT,
  way: 'own-certificates',
  material: {
    authority: { certificate: 'the company', keySecretId: null },
    primary: { certificate: 'own of db1', keySecretId: 'key-3', name: 'db1.example.net' },
    standby: { certificate: 'own of db2', keySecretId: 'key-4' },
    notAfterMs: INPUT.material.notAfterMs,
  },
};

class World extends FakePairWorld {
  readonly secrets = new Set(['ca-key', 'key-1', 'key-2', 'key-3', 'key-4']);

  constructor(clock: TestClock) {
    super(clock);
    const { db1, db2 } = this.postgres;
    for (const grants of ['replication', 'rewind', 'monitor'] as const)
      db1.catalog.roles.set(NAMES[grants], { verifier: new Secret('v'), grants: [grants], comment: null });
    const rules = pairHbaRules(NAMES, ['10.0.0.1', '10.0.0.2']);
    this.hosts.db1.putFile('/data/main/pg_hba.conf', withHbaBlock('local all all peer\n', rules));
    this.hosts.db1.putFile('/data/main/tandem.pgpass', `*:*:*:${NAMES.replication}:x\n`);
    db1.loadHba();
    db2.initialiseStandbyOf(db1, SLOT);
  }

  secretExists(id: string): Promise<boolean> {
    return Promise.resolve(this.secrets.has(id));
  }

  forgetSecret(id: string): Promise<void> {
    this.secrets.delete(id);
    return Promise.resolve();
  }
}

type Subject = MatrixSubject<World, EncryptObservation, EncryptInput>;
const subjectWith = (input: Subject['input'], change: (w: World) => void = () => undefined): Subject => ({
  operation: encryptReplication,
  input,
  makeWorld: (clock) => {
    const world = new World(clock);
    change(world);
    return world;
  },
  snapshot: (w) => ({ world: snapshotOf(w), secrets: [...w.secrets], encrypted: [...w.encrypted] }),
  effects: () => ({}),
});

/** As the first run left it. */
function encrypted({ hosts, postgres, encrypted: record }: World): void {
  for (const [name, directory] of [
    ['db1', '/data/main'],
    ['db2', '/data/standby'],
  ] as const) {
    const host = hosts[name];
    host.putFile(`${directory}/tandem-ca.crt`, 'the authority');
    host.putFile(`${directory}/tandem-server.crt`, `of ${name}`);
    host.putFile(`${directory}/tandem-server.key`, 'an old key');
    const hba = `${directory}/pg_hba.conf`;
    host.putFile(hba, requiringTls(host.text(hba) ?? '', [NAMES.replication, NAMES.rewind]));
    postgres[name].loadHba();
  }
  record.set('pair-1', { caSecretId: 'ca-key', caCertificate: 'the authority', notAfterMs: 1, names: {} });
}
const subjects = {
  first: subjectWith(INPUT),
  renewal: subjectWith(RENEWAL, encrypted),
  own: subjectWith(OWN),
  'own-instead': subjectWith({ ...OWN, renewal: true }, encrypted),
};
const cells = Object.entries(subjects).flatMap(([story, s]) =>
  cellsOf(s).map((cell) => ({ ...cell, story, s })),
);
const CELLS_AT_LEAST = 540;

describe('encrypt-replication', () => {
  it.each([1, 2, 3])(
    'serves the certificates that it records, although reload %i of the primary was lost',
    async (nth) => {
      const worlds: World[] = [];
      const makeWorld = (clock: TestClock): World => {
        const world = subjects.renewal.makeWorld(clock);
        worlds.push(world);
        loseReload(world.postgres.db1, nth);
        return world;
      };
      const r = await runCell({ ...subjects.renewal, makeWorld }, null);
      expect(r.operation.status).toBe('succeeded');
      const { db1 } = worlds[0]?.postgres ?? {};
      for (const file of ['tandem-server.crt', 'tandem-server.key'])
        expect(await db1?.fileIsLoaded(`/data/main/${file}`)).toBe(true);
    },
  );

  it('is well formed', () => {
    assertWellFormed(encryptReplication);
  });

  it.each(Object.entries(subjects))('ends with an encrypted, verified stream (%s)', async (_, s) => {
    const worlds: World[] = [];
    const kept = { ...s, makeWorld: (clock: TestClock) => (worlds[0] = s.makeWorld(clock)) };
    const r = await runCell(kept, null);
    expect(r.operation.problem).toBeNull();
    const [world] = worlds;
    const block = readHbaBlock(world?.hosts.db2.text('/data/standby/pg_hba.conf') ?? '') ?? [];
    expect(block.filter((rule) => rule.startsWith('hostssl '))).toHaveLength(4);
    expect(block.filter((rule) => rule.startsWith('host ')).every((rule) => rule.includes('monitor'))).toBe(
      true,
    );
    expect(world?.hosts.db2.text('/data/standby/postgresql.auto.conf')).toContain('verify-full');
    expect(world?.encrypted.get('pair-1')?.notAfterMs).toBe(1_900_000_000_000);
    expect(world?.hosts.db1.text('/data/main/tandem-server.key.before-encrypt')).toBeNull();
  });

  it.each([
    ['first', ['ca-key', 'key-3', 'key-4']],
    ['renewal', ['ca-key', 'key-1', 'key-2']],
    ['own', ['ca-key', 'key-1', 'key-2']],
    // An authority that signs nothing any more is no use, and its key a danger.
    ['own-instead', ['key-1', 'key-2']],
  ] as const)(
    'keeps no key that lies on a server, nor that of an authority it replaced (%s)',
    async (story, left) => {
      const worlds: World[] = [];
      const { [story]: s } = subjects;
      await runCell({ ...s, makeWorld: (clock: TestClock) => (worlds[0] = s.makeWorld(clock)) }, null);
      expect([...(worlds[0]?.secrets ?? [])]).toEqual(left);
    },
  );

  it('writes certificates of the admin’s own, and expects the name that they hold at the same address', async () => {
    const worlds: World[] = [];
    const { own } = subjects;
    await runCell({ ...own, makeWorld: (clock: TestClock) => (worlds[0] = own.makeWorld(clock)) }, null);
    const [world] = worlds;
    const { db1, db2 } = world?.hosts ?? {};
    expect(db1?.text('/data/main/tandem-server.crt')).toBe('own of db1');
    expect(db2?.text('/data/standby/tandem-ca.crt')).toBe('the company');
    const conninfo = parseConninfo(
      readAutoConf(db2?.text('/data/standby/postgresql.auto.conf') ?? '').get('primary_conninfo') ?? '',
    );
    expect(conninfo?.get('host')).toBe('db1.example.net');
    expect(conninfo?.get('hostaddr')).toBe('10.0.0.1');
    expect(world?.encrypted.get('pair-1')).toEqual({
      caSecretId: null,
      caCertificate: 'the company',
      notAfterMs: 1_900_000_000_000,
      names: { 'instance-db1': 'db1.example.net' },
    });
  });

  it('takes everything back when the other node cannot verify it', async () => {
    const s = subjectWith(INPUT, (w) => {
      const { network } = w.standby;
      Object.assign(w.standby, {
        network: {
          ...network,
          replication: () => Promise.resolve({ result: 'error', detail: 'certificate verify failed' }),
        },
      });
    });
    const r = await runCell(s, null);
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
  });

  it('leaves rules of others, and of the monitor, as they are', () => {
    const file = withHbaBlock('host all all 0.0.0.0/0 md5\n', pairHbaRules(NAMES, ['10.0.0.1']));
    const after = requiringTls(file, [NAMES.replication, NAMES.rewind]);
    expect(after).toContain('\nhost all all 0.0.0.0/0 md5\n');
    expect(after).toContain('host postgres "tandem_monitor" 127.0.0.1/32');
    expect(after).toContain('hostssl postgres "tandem_rewind" 10.0.0.1/32');
    expect(requiringTls(after, [NAMES.replication])).toBe(after);
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of encrypt-replication: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('keeps its promises ($story) after $fault at $direction $step $point', ({ s, ...cell }) =>
    expectPromises(s, cell),
  );
});
