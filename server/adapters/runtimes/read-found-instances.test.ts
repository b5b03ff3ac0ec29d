import { expect, test } from 'vitest';
import { readFoundInstances } from './read-found-instances.ts';

const line = (
  o: Partial<
    Record<
      'owner' | 'data' | 'program' | 'cgroup' | 'port' | 'socket' | 'version' | 'standby' | 'size' | 'ns',
      string
    >
  > = {},
) =>
  [
    '100',
    o.owner ?? 'dba',
    o.data ?? '/srv/pg',
    o.program ?? '/usr/lib/postgresql/15/bin/postgres',
    o.cgroup ?? '0::/user.slice',
    o.port ?? '5432',
    o.socket ?? '/tmp',
    o.version ?? '15',
    o.standby ?? 'no',
    o.size ?? '1000',
    o.ns ?? 'pid:[1]',
  ].join('\t');
const SELF = 'self\tpid:[1]';

test('a server run by hand is supported, with all that was seen', () => {
  expect(readFoundInstances(`${line({ standby: 'yes' })}\n${SELF}\n`)).toEqual([
    {
      kind: 'plain',
      dataDirectory: '/srv/pg',
      binDirectory: '/usr/lib/postgresql/15/bin',
      osOwner: 'dba',
      port: 5432,
      socketDirectory: '/tmp',
      majorVersion: 15,
      inRecovery: true,
      sizeBytes: 1_024_000,
      supported: true,
      reason: null,
    },
  ]);
});

test.each([
  ['docker', line({ ns: 'pid:[2]' })],
  ['docker', line({ cgroup: '0::/system.slice/docker-0123.scope' })],
  ['systemd', line({ cgroup: '0::/system.slice/postgresql-15.service' })],
  [
    'debian',
    `${line({ data: '/var/lib/postgresql/15/main' })}\ndebian\t15\t5432\tonline\tpostgres\t/var/lib/postgresql/15/main`,
  ],
])('a server of kind %s is found and not supported, with the reason in both languages', (kind, lines) => {
  const [found] = readFoundInstances(`${lines}\n${SELF}\n`);
  expect(found).toMatchObject({ kind, supported: false });
  expect(found?.reason?.en).toMatch(/^found, not yet supported/);
  expect(found?.reason?.de).toMatch(/^gefunden, noch nicht unterstützt/);
});

test("another user's server that cannot be looked into is found, and says what would help", () => {
  const [found] = readFoundInstances(
    `${line({ owner: 'postgres', data: '', program: '', port: '', socket: '', version: '', standby: '', size: '' })}\n${SELF}\n`,
  );
  expect(found).toMatchObject({ kind: 'plain', supported: false, inRecovery: null, sizeBytes: null });
  expect(found?.reason?.en).toContain('postgres');
});

test('a major version outside 13 to 18 is not supported', () => {
  expect(readFoundInstances(line({ version: '9.6' }))[0]).toMatchObject({
    supported: false,
    majorVersion: 9,
  });
  expect(readFoundInstances(line({ version: '18' }))[0]).toMatchObject({ supported: true, majorVersion: 18 });
});
