import { describe, expect, it } from 'vitest';
import type { GateResult } from '#server/domain/plan.ts';
import type { DatabaseLocale } from '#server/domain/locale-library.ts';
import { FakePairWorld } from '#server/testing/fake-world/fake-pair-world.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { observeSetup, type SetupObservation } from '../observation.ts';
import { SETUP_GATES } from './setup-gates.ts';

const HOST = plainLocation({ kind: 'debian', name: '15/main', configDirectory: '/etc/postgresql/15/main' });
const CONTAINER = plainLocation({ kind: 'docker', name: 'shop', dataDirectory: '/var/lib/postgresql/data' });

async function seen(
  [from, to]: readonly [typeof HOST, typeof HOST],
  change: (o: SetupObservation) => void,
): Promise<(code: string) => GateResult | undefined> {
  const world = new FakePairWorld(new TestClock(), { db1: from, db2: to });
  const subject = {
    primary: { serverName: 'db1', location: from, address: '10.0.0.1' },
    standby: { serverName: 'db2', location: to, address: '10.0.0.2' },
    slotName: 'tandem_shop',
    moveAsideTo: null,
    mountedFiles: [],
    stopTarget: false,
  };
  const o = await observeSetup(world, subject, { signal: new AbortController().signal, timeoutMs: 1_000 });
  change(o);
  const gates = SETUP_GATES.flatMap((gate) => gate(o, {}));
  return (code) => gates.find((gate) => gate.code === code);
}

const GERMAN: DatabaseLocale = { provider: 'libc', name: 'de_DE.UTF-8' };

describe('the libraries that sort', () => {
  const of = async (
    a: string | null,
    b: string | null,
    locales: DatabaseLocale[],
    places = [CONTAINER, HOST] as const,
  ) => {
    const gate = await seen(places, (o) => {
      o.primary.library = { libc: a, icu: '72', locales: [] };
      o.standby.library = { libc: b, icu: '72', locales: [] };
      o.primary.status.locales = locales;
    });
    return gate('same-locale-library');
  };

  it('let a container and a host pair with the same version, and say that they are updated apart', async () => {
    const gate = await of('glibc 2.36', 'glibc 2.36', [GERMAN]);
    expect(gate).toMatchObject({ state: 'ok', fix: null });
    expect(gate?.detail.en).toContain('glibc 2.36');
    expect(gate?.detail.en).toContain('updated apart');
    const twins = await of('glibc 2.36', 'glibc 2.36', [GERMAN], [HOST, HOST]);
    expect(twins?.detail.en).not.toContain('updated apart');
  });

  it('block a pair with two versions where a database sorts by one, whatever the kinds', async () => {
    for (const places of [
      [CONTAINER, HOST],
      [HOST, CONTAINER],
      [HOST, HOST],
    ] as const) {
      const gate = await of('glibc 2.31', 'glibc 2.36', [GERMAN], places);
      expect(gate).toMatchObject({ state: 'blocking' });
      expect(gate?.detail.en).toContain('glibc 2.31 / glibc 2.36: collations differ (de_DE.UTF-8)');
      expect(gate?.fix).not.toBeNull();
    }
  });

  it('warn where a version cannot be told, and where only columns may sort by them', async () => {
    expect(await of(null, 'glibc 2.36', [GERMAN])).toMatchObject({ state: 'warning' });
    const onlyC = await of('glibc 2.31', 'glibc 2.36', [{ provider: 'libc', name: 'C.UTF-8' }]);
    expect(onlyC).toMatchObject({
      state: 'warning',
      fix: { en: expect.stringContaining('a collation of its own') },
    });
  });
});

describe('the locales of the databases', () => {
  const found = async (
    { names = ['C'], messages = '' }: { names?: string[]; messages?: string },
    locales: string[],
    places = [HOST, CONTAINER] as const,
  ) => {
    const gate = await seen(places, (o) => {
      o.primary.status.localeNames = names;
      const row = o.primary.settings.get('lc_messages');
      if (row !== undefined) o.primary.settings.set('lc_messages', { ...row, setting: messages });
      o.standby.library = { ...o.standby.library, locales };
    });
    return gate('locale-is-there');
  };
  const IMAGE = ['C', 'C.utf8', 'POSIX', 'en_US.utf8'];

  it('block where the place does not have one that a database or a setting names, of any kind', async () => {
    const german = { names: ['C', 'de_DE.UTF-8', 'en_US.UTF-8'] };
    const gate = await found(german, IMAGE);
    expect(gate).toMatchObject({ state: 'blocking', server: 'db2' });
    expect(gate?.detail.en).toMatch(/^de_DE\.UTF-8 missing/);
    expect(gate?.fix?.en).toContain('locale-gen');
    expect(await found({ messages: 'de_DE.UTF-8' }, IMAGE)).toMatchObject({ state: 'blocking' });
    expect(await found(german, IMAGE, [HOST, HOST])).toMatchObject({ state: 'blocking' });
  });

  it('are found under the name that the library gives them', async () => {
    const german = { names: ['C.UTF-8', 'de_DE.UTF-8'], messages: 'en_US.UTF-8' };
    expect(await found(german, [...IMAGE, 'de_DE.utf8'])).toMatchObject({ state: 'ok', fix: null });
  });

  it('are not taken for granted where nobody can tell which there are', async () => {
    expect(await found({ names: ['de_DE.UTF-8'] }, [])).toMatchObject({ state: 'warning' });
    expect(await found({}, [])).toMatchObject({ state: 'ok' });
  });
});

describe('a container for the standby of a host’s server', () => {
  const told = async (commandLine: Record<string, string>) => {
    const gate = await seen([HOST, CONTAINER], (o) => {
      o.standby.container = { commandLine, port: 5432 };
    });
    return gate('container-command-fits');
  };

  it('is refused when its command names other files, or less than the primary has', async () => {
    expect(await told({ hba_file: '/etc/postgresql/pg_hba.conf' })).toMatchObject({
      state: 'blocking',
      detail: { en: 'hba_file=/etc/postgresql/pg_hba.conf' },
    });
    expect(await told({ max_connections: '50' })).toMatchObject({ state: 'blocking' });
    expect(await told({ max_connections: '100' })).toMatchObject({ state: 'ok' });
  });
});

describe('a configuration out of a container', () => {
  const found = async (change: (o: SetupObservation) => void) =>
    (await seen([CONTAINER, HOST], change))('config-is-found');

  it('is read wherever its files lie', async () => {
    const gate = await found((o) => {
      o.primary.status.configFile = '/etc/postgresql.conf';
      o.primary.status.hbaFile = '/mnt/pg_hba.conf';
    });
    expect(gate).toMatchObject({ state: 'ok' });
  });

  const included = {
    files: ['/srv/more.conf', '/var/lib/postgresql/data/conf.d/own.conf'],
    directories: ['/srv/empty.d'],
  };

  it('is refused when it includes files that lie elsewhere', async () => {
    const gate = await found((o) => {
      o.primary.included = included;
    });
    expect(gate?.state).toBe('blocking');
    expect(gate?.detail.en).toContain('/srv/more.conf, /srv/empty.d outside');
  });

  it('may include files from anywhere where they become part of the main file', async () => {
    const inPlainDirectory = [CONTAINER, plainLocation()] as const;
    const gate = await seen(inPlainDirectory, (o) => {
      o.primary.included = included;
    });
    expect(gate('config-is-found')).toMatchObject({ state: 'ok' });
  });

  it('goes without encryption where its certificates are missing, and says so', async () => {
    const gate = await seen([CONTAINER, HOST], (o) => {
      o.standby.missingTlsFiles = ['/etc/ssl/shop.pem'];
    });
    expect(gate('certificate-is-there')).toMatchObject({
      state: 'warning',
      detail: { en: '/etc/ssl/shop.pem: the standby starts with ssl = off' },
    });
  });
});
