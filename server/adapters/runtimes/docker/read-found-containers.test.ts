import { expect, test } from 'vitest';
import { readFoundContainers } from './read-found-containers.ts';

const ID = 'a'.repeat(64);
const facts = (o: Partial<Record<'status' | 'network' | 'remove' | 'policy' | 'ports' | 'args' | 'env', unknown>> = {}) => [
  'container',
  ...[
    ID, '/shop-db', 'sha256:1', 'postgres:15', o.status ?? 'running', true, o.network ?? 'shop_default', o.remove ?? false,
    o.policy ?? { Name: 'always', MaximumRetryCount: 0 },
    o.ports ?? { '5432/tcp': [{ HostIp: '', HostPort: '5433' }] },
    [{ Type: 'volume', Name: 'data', Source: '/v/data', Destination: '/var/lib/postgresql/data' }],
    {}, o.args ?? ['postgres'],
  ].map((value) => JSON.stringify(value)),
  `${['PGDATA=/var/lib/postgresql/data', 'PG_MAJOR=15'].map((v) => JSON.stringify(v)).join(' ')} `,
]; // prettier-ignore
const inside = (gnu = '1', port = '5432') =>
  ['inside', ID, '15', 'no', '2000', 'postgres', '/usr/lib/postgresql/15/bin', port, gnu]; // prettier-ignore
const read = (...lines: string[][]) => readFoundContainers(lines)[0]?.found;

test('a container that is published on all addresses has the port of the host and what was seen inside', () => {
  expect(read(facts(), inside())).toEqual({
    kind: 'docker',
    name: 'shop-db',
    dataDirectory: '/var/lib/postgresql/data',
    configDirectory: null,
    binDirectory: '/usr/lib/postgresql/15/bin',
    osOwner: 'postgres',
    port: 5433,
    socketDirectory: null,
    image: 'postgres:15',
    commandLine: {},
    portInside: 5432,
    running: true,
    majorVersion: 15,
    inRecovery: false,
    sizeBytes: 2_048_000,
    blocked: null,
  });
});

test('on the network of the host the port is the one inside', () => {
  expect(read(facts({ network: 'host', ports: {} }), inside('1', '5444'))).toMatchObject({
    port: 5444,
    blocked: null,
  });
});

test('a configuration file of the command line tells where the configuration lies', () => {
  const args = ['postgres', '-c', 'config_file=/etc/postgresql/postgresql.conf'];
  expect(read(facts({ args }), inside())).toMatchObject({ configDirectory: '/etc/postgresql' });
});

test.each([
  ['not published', { ports: {} }, 'not published'],
  ['published on a random port', { ports: { '5432/tcp': [{ HostIp: '', HostPort: '' }] } }, 'fixed port'],
  [
    'published elsewhere',
    { ports: { '5432/tcp': [{ HostIp: '10.0.0.5', HostPort: '5432' }] } },
    '10.0.0.5 only',
  ],
  ['removed by a stop', { remove: true }, '--rm'],
] as const)('a container that is %s is found and blocked, with the reason', (_, o, reason) => {
  expect(read(facts(o), inside())?.blocked?.en).toContain(reason);
});

test('an image without GNU tools is blocked, not tried', () => {
  expect(read(facts(), inside('0'))?.blocked?.en).toContain('Alpine');
});

test('a container that cannot be entered is told by its image alone', () => {
  expect(read(facts(), ['inside', ID])).toMatchObject({
    binDirectory: null,
    inRecovery: null,
    majorVersion: 15,
  });
});

test("the guide's own file is named for its mistake: a configuration that nothing mounts", () => {
  const args = ['postgres', '-c', 'config_file=/etc/postgresql/postgresql.conf'];
  const broken = read(facts({ status: 'restarting', args }), ['inside', ID]);
  expect(broken?.running).toBe(false);
  expect(broken?.blocked?.en).toContain('config_file=/etc/postgresql/postgresql.conf, and nothing mounts');
});

test('a container that starts again and again is not taken for one that runs', () => {
  const looping = read(facts({ status: 'restarting' }), ['inside', ID]);
  expect(looping?.running).toBe(false);
  expect(looping?.blocked?.en).toContain('docker logs --tail 20 shop-db');
});
