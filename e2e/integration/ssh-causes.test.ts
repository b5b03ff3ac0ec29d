import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { sshTarget } from '#e2e/lab/ssh-target.ts';
import type { LabHost } from '#e2e/lab/processes/lab-host.ts';
import { installKeyWithPassword } from '#server/adapters/ssh/install-key.ts';
import { generateEd25519 } from '#server/adapters/ssh/private-key.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { Secret } from '#server/domain/secret.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { SshTarget } from '#server/ports/host-transport.ts';

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 10_000 };
const PASSWORD = 'correct horse';

let dir: string;
let lab: Lab;
let host: LabHost;
let connections: SshHostConnections;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-causes-'));
  lab = await startLab({ dir, hosts: [{ name: 'alpha', password: PASSWORD }, { name: 'jump' }] });
  host = lab.host('alpha');
  connections = new SshHostConnections();
});

afterEach(async () => {
  await connections.closeAll();
});

afterAll(async () => {
  await connections?.closeAll();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** The error of a login attempt; fails the test when the login works. */
async function loginError(change: Partial<SshTarget> = {}): Promise<AppError> {
  const target = await sshTarget(lab, host, change);
  try {
    await connections.connect(target, { signal });
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('the login worked');
}

async function withConfiguration(lines: string[], check: () => Promise<void>): Promise<void> {
  await host.ssh.reconfigure(...lines);
  try {
    await check();
  } finally {
    await host.ssh.reconfigure();
  }
}

test('a refused key names its causes in order, each with its command', async () => {
  const { privateKey, publicLine } = generateEd25519();
  const error = await loginError({ credential: { kind: 'key', privateKey } });
  expect(error.code).toBe('SSH_LOGIN_REFUSED');
  expect(error.data).toMatchObject({
    user: 'dba',
    causes: 'key-absent,wrong-user,file-modes,allow-users,key-type,locked-account',
  });
  expect(error.data['command1']).toContain(publicLine);
});

test.each([
  ['wrong user', [], { user: 'nobody-here' }],
  ['AllowUsers', ['AllowUsers somebody'], {}],
  ['key type', ['PubkeyAcceptedAlgorithms rsa-sha2-512'], {}],
] as const)(
  'a login refused for %s is SSH_LOGIN_REFUSED with that cause among the checks',
  async (_cause, lines, change) => {
    await withConfiguration([...lines], async () => {
      expect(await loginError(change)).toMatchObject({ code: 'SSH_LOGIN_REFUSED' });
    });
  },
);

test('a home directory that others may write to is SSH_LOGIN_REFUSED, and the command of that check cures it', async () => {
  await host.require(['chmod', '777', '/home/dba']);
  const error = await loginError();
  expect(error.code).toBe('SSH_LOGIN_REFUSED');
  const causes = String(error.data['causes']).split(',');
  const command = String(error.data[`command${causes.indexOf('file-modes') + 1}`]);
  await host.require(['sh', '-c', command]);
  await connections.connect(await sshTarget(lab, host, { serverId: 'cured' }), { signal });
});

test('a server that accepts no keys, or no passwords, is told for certain', async () => {
  await withConfiguration(['PubkeyAuthentication no'], async () => {
    expect((await loginError()).data).toMatchObject({ causes: 'public-key-off' });
  });
  await withConfiguration(['PasswordAuthentication no', 'KbdInteractiveAuthentication no'], async () => {
    const error = await loginError({ credential: { kind: 'password', password: new Secret(PASSWORD) } });
    expect(error).toMatchObject({ code: 'SSH_PASSWORD_REFUSED', data: { causes: 'password-off' } });
  });
});

test('a wrong password is SSH_PASSWORD_REFUSED', async () => {
  const error = await loginError({ credential: { kind: 'password', password: new Secret('wrong') } });
  expect(error).toMatchObject({ code: 'SSH_PASSWORD_REFUSED' });
  expect(JSON.stringify(error.toProblem())).not.toContain('wrong"');
});

test('too many failures of one login are SSH_TOO_MANY_FAILURES', async () => {
  await withConfiguration(['MaxAuthTries 1'], async () => {
    const { privateKey } = generateEd25519();
    expect((await loginError({ credential: { kind: 'key', privateKey } })).code).toMatch(
      /SSH_TOO_MANY_FAILURES|SSH_LOGIN_REFUSED/,
    );
  });
});

test('an unknown host key is shown and refused, a changed one is HOST_KEY_CHANGED', async () => {
  const offer = await connections.readHostKey(await sshTarget(lab, host), wait);
  expect(offer).toMatchObject({ type: 'ssh-ed25519', key: (await host.ssh.hostKeyLine()).split(' ')[1] });
  expect(await loginError({ hostKey: null })).toMatchObject({
    code: 'SSH_HOST_KEY_UNKNOWN',
    data: { offered: offer.fingerprint },
  });
  const pinned = offer.key;
  await host.ssh.changeHostKey();
  expect(await loginError({ hostKey: pinned })).toMatchObject({
    code: 'HOST_KEY_CHANGED',
    data: { approved: offer.fingerprint },
  });
});

test('a closed port, a name that does not resolve, another service and a dead address are four different errors', async () => {
  expect(await loginError({ port: 2222 })).toMatchObject({ code: 'SSH_CONNECTION_REFUSED' });
  expect(await loginError({ host: 'no-such-host.invalid' })).toMatchObject({ code: 'SSH_NAME_NOT_RESOLVED' });
  const mail = createServer((socket) => socket.end('220 mail.example ESMTP\r\n')).listen(0, '127.0.0.1');
  await new Promise((resolve) => mail.once('listening', resolve));
  const { port } = mail.address() as AddressInfo;
  expect(await loginError({ host: '127.0.0.1', port })).toMatchObject({ code: 'SSH_NOT_AN_SSH_SERVER' });
  mail.close();
  expect((await loginError({ host: lab.network.address(200) })).code).toMatch(
    /SSH_NO_ROUTE|SSH_TIMEOUT_CONNECT/,
  );
});

test('a host that drops every packet is SSH_TIMEOUT_CONNECT', async ({ skip }) => {
  if (lab.unavailable.cutNetwork !== null) skip(lab.unavailable.cutNetwork);
  await host.cutNetwork();
  try {
    expect(await loginError()).toMatchObject({ code: 'SSH_TIMEOUT_CONNECT' });
  } finally {
    await host.restoreNetwork();
  }
});

test('no common algorithm is SSH_ALGORITHMS_NOT_SHARED', async () => {
  await withConfiguration(['KexAlgorithms sntrup761x25519-sha512@openssh.com'], async () => {
    expect(await loginError()).toMatchObject({ code: 'SSH_ALGORITHMS_NOT_SHARED' });
  });
});

test('a forward that nothing accepts is FORWARD_NOT_ACCEPTED, for TCP and for sockets', async () => {
  const transport = await connections.connect(await sshTarget(lab, host), { signal });
  await expect(transport.openTcp('127.0.0.1', 5432, { signal })).rejects.toMatchObject({
    code: 'FORWARD_NOT_ACCEPTED',
  });
  await expect(transport.openUnixSocket('/tmp/.s.PGSQL.5432', { signal })).rejects.toMatchObject({
    code: 'FORWARD_NOT_ACCEPTED',
  });
});

test('a key is installed with a password once, the second time it is there already', async () => {
  const { privateKey, publicLine } = generateEd25519('tandem');
  const target = await sshTarget(lab, host);
  const password = new Secret(PASSWORD);
  expect(await installKeyWithPassword(connections, target, password, publicLine, wait)).toBe(true);
  expect(await installKeyWithPassword(connections, target, password, publicLine, wait)).toBe(false);
  const transport = await connections.connect(
    { ...target, credential: { kind: 'key', privateKey } },
    { signal },
  );
  expect((await transport.require({ argv: ['id', '-un'] }, wait)).stdout).toBe('dba\n');
});

test('a server behind a jump host is reached, and only from there', async () => {
  const jump = await sshTarget(lab, lab.host('jump'));
  const target = await sshTarget(lab, host, { serverId: 'behind', jump });
  expect((await connections.readHostKey(target, wait)).key).toBe(target.hostKey);
  const transport = await connections.connect(target, { signal });
  const { stdout } = await transport.require({ argv: ['sh', '-c', 'echo $SSH_CONNECTION; hostname'] }, wait);
  expect(stdout).toContain(lab.host('jump').address);
  expect(stdout).toContain('alpha');
});
