import { expect, test } from 'vitest';
import { readFoundInstances } from './read-found-instances.ts';

const line = (
  o: Partial<
    Record<
      | 'owner'
      | 'data'
      | 'program'
      | 'cgroup'
      | 'port'
      | 'socket'
      | 'version'
      | 'standby'
      | 'size'
      | 'ns'
      | 'config',
      string
    >
  > = {},
) =>
  [
    'process',
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
    o.config ?? '',
  ].join('\t');
const SELF = 'self\tpid:[1]';

test('a server run by hand is supported, with all that was seen', () => {
  expect(readFoundInstances(`${line({ standby: 'yes' })}\n${SELF}\n`)).toEqual([
    {
      kind: 'plain',
      name: null,
      dataDirectory: '/srv/pg',
      configDirectory: null,
      binDirectory: '/usr/lib/postgresql/15/bin',
      osOwner: 'dba',
      port: 5432,
      socketDirectory: '/tmp',
      running: true,
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
])(
  'a server of kind %s that Docker does not tell of is found and not supported, with the reason in both languages',
  (kind, lines) => {
    const [found] = readFoundInstances(`${lines}\n${SELF}\n`);
    expect(found).toMatchObject({ kind, supported: false });
    expect(found?.reason?.en).toContain('in a container');
    expect(found?.reason?.de).toContain('in einem Container');
  },
);

const cluster = (status: string) =>
  [
    'cluster',
    '15',
    'main',
    '5433',
    status,
    'postgres',
    '/var/lib/postgresql/15/main',
    '15',
    'no',
    '2000',
  ].join('\t');

test("a cluster of pg_ctlcluster has Debian's name for it and its configuration in /etc", () => {
  const process = line({
    data: '/var/lib/postgresql/15/main',
    cgroup: '0::/system.slice/system-postgresql.slice/postgresql@15-main.service',
    config: '/etc/postgresql/15/main/postgresql.conf',
  });
  expect(readFoundInstances(`${process}\n${SELF}\n${cluster('online')}\n`)).toMatchObject([
    {
      kind: 'debian',
      name: '15/main',
      configDirectory: '/etc/postgresql/15/main',
      running: true,
      supported: true,
    },
  ]);
});

test('a stopped cluster is found, with its port and size, and cannot be chosen', () => {
  expect(readFoundInstances(`${SELF}\n${cluster('down')}\n`)).toMatchObject([
    { kind: 'debian', name: '15/main', port: 5433, running: false, supported: false, sizeBytes: 2_048_000 },
  ]);
});

test('a unit is named, running or stopped', () => {
  const unit = [
    'unit',
    'postgresql-15.service',
    'inactive',
    '/var/lib/pgsql/15/data',
    'postgres',
    '15',
    'no',
    '9',
    '5433',
  ].join('\t');
  expect(readFoundInstances(`${SELF}\n${unit}\n`)).toMatchObject([
    { kind: 'systemd', name: 'postgresql-15.service', running: false, majorVersion: 15, port: 5433 },
  ]);
  const process = line({ data: '/var/lib/pgsql/15/data', cgroup: '0::/system.slice/postgresql-15.service' });
  expect(readFoundInstances(`${process}\n${SELF}\n${unit}\n`)).toMatchObject([
    { kind: 'systemd', name: 'postgresql-15.service', running: true, supported: true },
  ]);
});

test('what runs on a host that is a container itself does not lie in one', () => {
  const own = '1:name=systemd:/docker/0123/init.scope 0::/docker/0123/init.scope';
  const service = line({
    cgroup: '1:name=systemd:/docker/0123/system.slice/postgresql-15.service 0::/docker/0123',
  });
  expect(readFoundInstances(`${service}\n${SELF}\t${own}\n`)).toMatchObject([
    { kind: 'systemd', name: 'postgresql-15.service', supported: true },
  ]);
  const inside = line({ cgroup: '1:name=systemd:/docker/0123/docker/4567 0::/docker/0123/docker/4567' });
  expect(readFoundInstances(`${inside}\n${SELF}\t${own}\n`)).toMatchObject([{ kind: 'docker' }]);
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
