import { expect, it } from 'vitest';
import { parseSetupFile } from './setup-file.ts';

const FILE = `
name: shop
primary: { server: db1 }
standby:
  server: db2
  port: 5433
limits:
  slotKeep: 10GiB
`;

it('reads answers and fills in what the wizard would propose', () => {
  expect(parseSetupFile(FILE, 'pair.yaml')).toEqual({
    name: 'shop',
    environment: 'production',
    mode: 'asynchronous',
    startGate: 'none',
    primary: { server: 'db1' },
    standby: { server: 'db2', port: 5433 },
    limits: { slotKeep: 10 * 1024 ** 3 },
  });
});

it.each([
  ['a misspelt key', `${FILE}enviroment: staging\n`, 'enviroment'],
  ['a size without a known unit', FILE.replace('10GiB', '10 gigs'), 'limits.slotKeep'],
  [
    'a relative path',
    FILE.replace('{ server: db1 }', '{ server: db1, dataDirectory: pg }'),
    'primary.dataDirectory',
  ],
  ['a start gate that nobody knows', `${FILE}startGate: maybe\n`, 'startGate'],
  ['broken YAML', 'name: [', 'line 1'],
  ['nothing', '', 'file'],
])('refuses %s and says where', (_what, text, where) => {
  expect(() => parseSetupFile(text, 'pair.yaml')).toThrow(
    expect.objectContaining({ exitCode: 2, detail: expect.stringContaining(where) }),
  );
});
