import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { LAB_BIN_DIRECTORY } from '#e2e/lab/processes/lab-postgres.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { sshTarget } from '#e2e/lab/ssh-target.ts';
import { createPostgresRuntime } from '#server/adapters/runtimes/create-postgres-runtime.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { withFence } from '#server/adapters/ssh/with-fence.ts';
import { Secret } from '#server/domain/secret.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { PostgresRuntime } from '#server/ports/postgres-runtime.ts';
import { codeOf } from '#server/testing/contract/error-code-of.ts';
import { hostileText } from '#server/testing/contract/hostile-text.ts';
import { plainLocation } from '#server/testing/plain-location.ts';

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 20_000 };
const RUNS = { numRuns: 60 };

let dir: string;
let lab: Lab;
let connections: SshHostConnections;
let transport: HostTransport;
let runtime: PostgresRuntime;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-hostile-'));
  lab = await startLab({ dir, hosts: [{ name: 'alpha' }] });
  const primary = await lab.createPrimary('alpha');
  connections = new SshHostConnections();
  transport = await connections.connect(await sshTarget(lab, lab.host('alpha')), { signal });
  const { dataDirectory, socketDirectory, port } = primary.location;
  runtime = createPostgresRuntime(
    plainLocation({ dataDirectory, binDirectory: LAB_BIN_DIRECTORY, osOwner: 'dba', port, socketDirectory }),
    { read: transport },
  );
});

afterAll(async () => {
  await connections?.closeAll();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

test('arguments, environment and standard input arrive on the host as data', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText(), hostileText(), async (argument, value) => {
      const argv = [
        'sh',
        '-c',
        'printf "%s" "$1"; printf "%s" "$V" >&2; exec cat >/dev/null',
        'sh',
        argument,
      ] as const;
      const result = await transport.require({ argv, env: { V: value } }, { ...wait, stdin: argument });
      expect([result.stdout, result.stderr]).toEqual([argument, value]);
      expect((await transport.require({ argv: ['cat'] }, { ...wait, stdin: value })).stdout).toBe(value);
    }),
    RUNS,
  );
});

test('file names and contents arrive on the host as data, through the fence too', async () => {
  const fenced = withFence(transport, {
    stateDirectory: '/home/dba/.local/state/tandem',
    stateOwner: 'dba',
    resource: 'files',
    token: 1n,
  });
  await transport.require({ argv: ['mkdir', '-p', '/home/dba/files'] }, wait);
  await fc.assert(
    fc.asyncProperty(hostileText(), hostileText(), async (name, contents) => {
      const file = `/home/dba/files/${nameOf(name)}`;
      await fenced.writeFileAtomic(file, Buffer.from(contents), { mode: 0o600, owner: 'dba', signal });
      expect((await transport.readFile(file, { signal }))?.toString()).toBe(contents);
      expect((await transport.stat(file, { signal }))?.sizeBytes).toBe(Buffer.byteLength(contents));
      await fenced.require({ argv: ['rm', '--', file] }, wait);
      expect((await transport.require({ argv: ['ls', '-A', '/home/dba/files'] }, wait)).stdout).toBe('');
    }),
    RUNS,
  );
});

test('values and names arrive in SQL as data, secrets too', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText(), hostileText(), async (value, secret) => {
      const rows = await runtime.superuserSql(
        `SELECT encode(convert_to(:'value', 'UTF8'), 'hex'), encode(convert_to(:'secret', 'UTF8'), 'hex')`,
        { value, secret: new Secret(secret) },
        wait,
      );
      expect(rows).toEqual([[hex(value), hex(secret)]]);
    }),
    RUNS,
  );
});

test('an identifier of 60 hostile bytes is the name of a role and of nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText(), async (text) => {
      const role = `r${[...text].filter((_, n) => n < 14).join('')}`;
      await runtime.superuserSql('CREATE ROLE :"role"', { role }, wait);
      const rows = await runtime.superuserSql(
        `SELECT encode(convert_to(rolname, 'UTF8'), 'hex') FROM pg_roles WHERE rolname = :'role'`,
        { role },
        wait,
      );
      expect(rows).toEqual([[hex(role)]]);
      await runtime.superuserSql('DROP ROLE :"role"', { role }, wait);
    }),
    { numRuns: 40 },
  );
});

test('a NUL byte is refused everywhere with INVALID_INPUT', async () => {
  const attempts = [
    transport.run({ argv: ['echo', 'a\0b'] }, wait),
    transport.run({ argv: ['env'], env: { V: 'a\0b' } }, wait),
    transport.readFile('/home/dba/a\0b', { signal }),
    transport.writeFileAtomic('/home/dba/a\0b', Buffer.from(''), { mode: 0o600, owner: 'dba', signal }),
    runtime.superuserSql(`SELECT :'value'`, { value: 'a\0b' }, wait),
  ];
  expect(await Promise.all(attempts.map(codeOf))).toEqual(attempts.map(() => 'INVALID_INPUT'));
});

test('nothing of all this was run as a command', async () => {
  expect(await transport.stat('/tmp/owned', { signal })).toBeNull();
});

/** A file name of at most 250 bytes: the longest that file systems take is 255. */
function nameOf(text: string): string {
  let name = text.replaceAll('/', '_');
  while (Buffer.byteLength(name) > 250) name = [...name].slice(0, 60).join('');
  return name === '' || name === '.' || name === '..' ? `_${name}` : name;
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}
