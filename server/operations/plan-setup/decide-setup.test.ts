import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import { FakePairWorld } from '#server/testing/fake-world/fake-pair-world.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { observeSetup, type SetupObservation } from '../setup-standby/observation.ts';
import {
  chooseSlotName,
  decideSettings,
  decideStandbySettings,
  proposeSlotLimit,
  proposeWalKeep,
} from './decide-setup.ts';

const GIB = 1024 ** 3;
const DRAFT: NewStandbyDraft = {
  kind: 'new-standby',
  primaryServerId: 'a',
  primaryDataDirectory: '/data/main',
  standbyServerId: 'b',
  standbyDataDirectory: null,
  standbyPort: null,
  mode: 'asynchronous',
  maxSlotWalKeepBytes: null,
  walKeepBytes: null,
  backupRateLimitBytes: null,
  startGate: 'none',
  name: 'shop',
  environment: 'production',
};

/** A look at the fake pair with some settings of the primary changed. */
async function observed(
  settings: Record<string, string> = {},
  o: {
    sendersInUse?: number;
    checksums?: boolean;
    source?: string;
    commandLine?: Record<string, string>;
    autoConf?: string;
    places?: { db1: InstanceLocation; db2: InstanceLocation };
  } = {},
): Promise<SetupObservation> {
  const world = new FakePairWorld(new TestClock(), o.places);
  world.postgres.db1.commandLineSettings = o.commandLine ?? {};
  const autoConf = `${world.primary.runtime.location.dataDirectory}/postgresql.auto.conf`;
  world.hosts.db1.putFile(autoConf, o.autoConf ?? '');
  const subject = {
    primary: { serverName: 'db1', location: world.primary.runtime.location, address: '10.0.0.1' },
    standby: { serverName: 'db2', location: world.standby.runtime.location, address: '10.0.0.2' },
    slotName: 'tandem_shop',
    moveAsideTo: null,
    mountedFiles: [],
    stopTarget: false,
  };
  const wait = { signal: new AbortController().signal, timeoutMs: 1_000 };
  const seen = await observeSetup(world, subject, wait);
  for (const [name, setting] of Object.entries(settings)) {
    const row = {
      name,
      setting,
      unit: null,
      source: o.source ?? 'default',
      context: '',
      pendingRestart: false,
    };
    seen.primary.settings.set(name, row);
  }
  seen.primary.sendersInUse = o.sendersInUse ?? 0;
  seen.primary.status.dataChecksums = o.checksums ?? false;
  return seen;
}

const READY = { wal_log_hints: 'on', max_slot_wal_keep_size: '1024', wal_keep_size: '1024' };

describe('settings of the primary', () => {
  it('stay as they are when they fit', async () => {
    expect(decideSettings(await observed(READY), DRAFT)).toEqual([]);
  });

  it('get wal_log_hints for a later rewind, with a restart, unless checksums do the same', async () => {
    const off = { ...READY, wal_log_hints: 'off' };
    expect(decideSettings(await observed(off), DRAFT)).toEqual([
      { name: 'wal_log_hints', from: 'off', to: 'on', restart: true },
    ]);
    expect(decideSettings(await observed(off, { checksums: true }), DRAFT)).toEqual([]);
  });

  it('get room for senders and slots beside those in use', async () => {
    const found = decideSettings(
      await observed({ ...READY, max_wal_senders: '12', max_replication_slots: '1' }, { sendersInUse: 10 }),
      DRAFT,
    );
    expect(found.map((c) => [c.name, c.to, c.restart])).toEqual([
      ['max_wal_senders', '13', true],
      ['max_replication_slots', '10', true],
    ]);
  });

  it.each(['localhost', '127.0.0.1', ''])('listen for the other node when they listen on %j alone', async (listen) => {
    const found = decideSettings(await observed({ ...READY, listen_addresses: listen }), DRAFT);
    expect(found).toMatchObject([{ name: 'listen_addresses', to: '*', restart: true }]);
  }); // prettier-ignore

  it('keep an address that somebody chose', async () => {
    expect(decideSettings(await observed({ ...READY, listen_addresses: '10.0.0.1' }), DRAFT)).toEqual([]);
  });

  it('bound a slot that had no bound, never one that had', async () => {
    const unbound = decideSettings(await observed({ ...READY, max_slot_wal_keep_size: '-1' }), DRAFT);
    expect(unbound).toMatchObject([{ name: 'max_slot_wal_keep_size', to: '25600MB', restart: false }]);
    expect(decideSettings(await observed({ ...READY, max_slot_wal_keep_size: '64' }), DRAFT)).toEqual([]);
  });

  it('take the answers of the draft before any proposal', async () => {
    const draft = { ...DRAFT, maxSlotWalKeepBytes: 2 * GIB, walKeepBytes: 3 * GIB };
    expect(decideSettings(await observed(READY), draft).map((c) => [c.name, c.to])).toEqual([
      ['max_slot_wal_keep_size', '2048MB'],
      ['wal_keep_size', '3072MB'],
    ]);
  });

  it('never lower wal_keep_size', async () => {
    const draft = { ...DRAFT, walKeepBytes: 1024 };
    expect(decideSettings(await observed({ ...READY, wal_keep_size: '4096' }), draft)).toEqual([]);
  });

  it('are not pretended to change when the command line would win', async () => {
    const found = await observed(
      { ...READY, wal_level: 'minimal', wal_log_hints: 'off' },
      { source: 'command line' },
    );
    expect(decideSettings(found, DRAFT)).toEqual([]);
  });
});

describe('proposals from free disk', () => {
  it('leave half of the disk to the primary, but give a slot 1 GiB at least', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (freeGib) => {
        const limit = proposeSlotLimit(freeGib * GIB);
        expect(limit).toBeGreaterThanOrEqual(GIB);
        expect(limit).toBeLessThanOrEqual(Math.max(GIB, (freeGib * GIB) / 2));
        expect(limit % GIB).toBe(0);
        const keep = proposeWalKeep(freeGib * GIB);
        expect(keep).toBeLessThanOrEqual(Math.min(GIB, freeGib * GIB * 0.02));
      }),
    );
  });
});

describe('settings of the standby', () => {
  it('are none when the copied configuration fits there', async () => {
    expect(decideStandbySettings(await observed())).toEqual([]);
  });

  it('replace what belongs to the primary’s host alone', async () => {
    const found = await observed({
      port: '5433',
      unix_socket_directories: '/var/run/elsewhere',
      listen_addresses: '10.0.0.1',
      log_directory: '/var/log/primary',
      synchronous_standby_names: 'other',
    });
    expect(decideStandbySettings(found)).toEqual([
      { name: 'port', value: '5432' },
      { name: 'unix_socket_directories', value: '/tmp' },
      { name: 'listen_addresses', value: '*' },
      { name: 'log_directory', value: 'log' },
      { name: 'synchronous_standby_names', value: '' },
    ]);
  });
});

describe('settings of a standby in the other kind of place', () => {
  const inContainer = plainLocation({ kind: 'docker', name: 'shop', socketDirectory: null, port: 5433 });
  const onHost = plainLocation({ kind: 'debian', name: '15/main' });

  async function between(
    places: { db1: InstanceLocation; db2: InstanceLocation },
    o: {
      settings?: Record<string, string>;
      commandLine?: Record<string, string>;
      autoConf?: string;
      files?: string[];
    } = {},
  ): Promise<SetupObservation> {
    const { commandLine = {}, autoConf = '' } = o;
    const seen = await observed(o.settings, { commandLine, autoConf, places });
    seen.standby.missingTlsFiles = o.files ?? [];
    if (places.db2.kind === 'docker') seen.standby.container = { commandLine: {}, port: 5432 };
    return seen;
  }
  const names = (o: SetupObservation): string[] =>
    decideStandbySettings(o).map(({ name, value }) => `${name}=${value}`);

  it('say what the container’s command line said, without what belongs to its place', async () => {
    const commandLine = {
      hba_file: '/etc/postgresql/pg_hba.conf',
      port: '5432',
      listen_addresses: '*',
      max_connections: '200',
    };
    const o = await between({ db1: inContainer, db2: onHost }, { commandLine });
    expect(names(o)).toEqual(['max_connections=200']);
    expect(names(await between({ db1: onHost, db2: onHost }, { commandLine }))).toEqual([]);
  });

  it('find in their own data directory what the primary was told to find in its own', async () => {
    const data = '/var/lib/postgresql/data';
    const places = { db1: { ...inContainer, dataDirectory: data }, db2: onHost };
    const ssl = { ssl_cert_file: `${data}/server.crt`, ssl_ca_file: '/etc/ssl/ca.pem' };
    expect(names(await between(places, { commandLine: ssl }))).toEqual([
      'ssl_cert_file=/data/main/server.crt',
      'ssl_ca_file=/etc/ssl/ca.pem',
    ]);
    const autoConf = `ssl_key_file = '${data}/server.key'\nssl_ca_file = '/etc/ssl/ca.pem'\nssl_cert_file = 'server.crt'\nhba_file = '${data}/hba'\n`;
    expect(names(await between(places, { autoConf }))).toEqual(['ssl_key_file=/data/main/server.key']);
    const twins = { db1: { ...onHost, dataDirectory: data }, db2: onHost };
    expect(names(await between(twins, { autoConf }))).toEqual(['ssl_key_file=/data/main/server.key']);
    expect(names(await between({ db1: onHost, db2: onHost }, { autoConf }))).toEqual([]);
  });

  it('listen in a container where its port is published from, at the image’s socket', async () => {
    const settings = { port: '5440', unix_socket_directories: '/run/own' };
    expect(names(await between({ db1: onHost, db2: inContainer }, { settings }))).toEqual([
      'port=5432',
      'unix_socket_directories=/var/run/postgresql',
    ]);
  });

  it('do without what lies on the other side alone', async () => {
    const o = await between(
      { db1: onHost, db2: inContainer },
      {
        settings: { stats_temp_directory: '/run/x', unix_socket_directories: '/var/run/postgresql' },
        files: ['/etc/ssl/x.pem'],
      },
    );
    expect(names(o)).toEqual(['stats_temp_directory=pg_stat_tmp', 'ssl=off']);
  });
});

describe('the name of the slot', () => {
  it('is one that PostgreSQL takes, free, and at most 63 bytes, whatever the pair is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat({ max: 3 }), (name, used) => {
        const taken: string[] = [];
        for (let n = 0; n <= used; n += 1) {
          const chosen = chooseSlotName(name, taken);
          expect(chosen).toMatch(/^[a-z0-9_]{1,63}$/);
          expect(taken).not.toContain(chosen);
          taken.push(chosen);
        }
      }),
    );
    expect(chooseSlotName('Web Shop!', [])).toBe('tandem_web_shop');
    expect(chooseSlotName('東京', ['tandem_pair'])).toBe('tandem_pair_2');
  });
});
