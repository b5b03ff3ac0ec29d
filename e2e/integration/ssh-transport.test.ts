import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { sshTarget } from '#e2e/lab/ssh-target.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { codeOf } from '#server/testing/contract/error-code-of.ts';
import { hostTransportContract } from '#server/testing/contract/host-transport.contract.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 10_000 };

let dir: string;
let lab: Lab;
let connections: SshHostConnections;
let transport: HostTransport;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-ssh-'));
  lab = await startLab({
    dir,
    hosts: [
      { name: 'alpha' },
      { name: 'beta', sudo: 'nopasswd' },
      { name: 'gamma', sudo: 'password', password: 'horse staple' },
    ],
  });
  connections = new SshHostConnections();
  transport = await connections.connect(await sshTarget(lab, lab.host('alpha')), { signal });
}, 60_000);

afterAll(async () => {
  await connections?.closeAll();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

hostTransportContract('ssh', () => ({ transport, directory: '/home/dba', user: 'dba' }));

test('a command through the kept shell answers in a few milliseconds', async () => {
  await transport.ping(wait);
  const times: number[] = [];
  for (let n = 0; n < 50; n += 1) times.push(await transport.ping(wait));
  times.sort((a, b) => a - b);
  console.log(`kept shell: median ${times[25]?.toFixed(2)} ms, worst ${times[49]?.toFixed(2)} ms`);
  expect(times[25]).toBeLessThan(10);
});

test('commands see English whatever the host speaks', async () => {
  const { stdout } = await transport.require({ argv: ['sh', '-c', 'echo "$LC_ALL:$LANGUAGE"'] }, wait);
  expect(stdout).toBe('C:\n');
});

test('a command that was given up is ended on the host too', async () => {
  await codeOf(transport.run({ argv: ['sleep', '4321'] }, { signal, timeoutMs: 100 }));
  await until(
    'sleep is gone',
    async () => (await lab.host('alpha').run(['pgrep', '-f', 'sleep 4321'])).exitCode !== 0,
    { timeoutMs: 5_000 },
  );
});

test('acts as other OS users through sudo, with and without a password', async () => {
  const { Secret } = await import('#server/domain/secret.ts');
  const beta = await connections.connect(await sshTarget(lab, lab.host('beta')), { signal });
  expect((await beta.require({ argv: ['id', '-un'], runAs: 'postgres' }, wait)).stdout).toBe('postgres\n');
  const gammaTarget = await sshTarget(lab, lab.host('gamma'));
  const without = await connections.connect(gammaTarget, { signal });
  expect(await codeOf(without.run({ argv: ['id'], runAs: 'postgres' }, wait))).toBe('SUDO_REFUSED');
  const wrong = await connections.connect({ ...gammaTarget, sudoPassword: new Secret('wrong') }, { signal });
  expect(await codeOf(wrong.run({ argv: ['id'], runAs: 'postgres' }, wait))).toBe('SUDO_REFUSED');
  const right = await connections.connect(
    { ...gammaTarget, sudoPassword: new Secret('horse staple') },
    { signal },
  );
  expect(
    (await right.require({ argv: ['sh', '-c', 'id -un; echo $HOME'], runAs: 'postgres' }, wait)).stdout,
  ).toBe('postgres\n/var/lib/postgresql\n');
});

test('an answer lost in the middle is COMMAND_ANSWER_LOST, and the next command connects again', async () => {
  const alpha = lab.host('alpha');
  const running = codeOf(transport.run({ argv: ['sleep', '20'] }, wait));
  await until('the command runs', async () => (await alpha.run(['pgrep', '-f', 'sleep 20'])).exitCode === 0);
  await alpha.ssh.killSessions();
  expect(await running).toBe('COMMAND_ANSWER_LOST');
  await until('a new connection', async () => (await transport.run({ argv: ['true'] }, wait)).exitCode === 0);
});

test('a host that allows two sessions at once serves twenty commands one after the other', async () => {
  const beta = lab.host('beta');
  await beta.ssh.reconfigure('MaxSessions 2');
  const few = await connections.connect(await sshTarget(lab, beta, { serverId: 'few-sessions' }), {
    signal,
  });
  const users = ['dba', 'postgres', 'root'] as const;
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      few.require({ argv: ['id', '-un'], runAs: users[n % 3] ?? 'dba' }, wait),
    ),
  );
  expect(results.map((result) => result.stdout.trim())).toEqual(results.map((_, n) => users[n % 3]));
  await beta.ssh.reconfigure();
});

test('a server that is gone is an unreachable code, not a lost answer', async () => {
  const alpha = lab.host('alpha');
  await alpha.ssh.kill();
  await until(
    'the connection is seen to be gone',
    async () => (await codeOf(transport.run({ argv: ['true'] }, wait))) === 'SSH_CONNECTION_REFUSED',
  );
  await alpha.ssh.start();
  await until(
    'it comes back by itself',
    async () => (await transport.run({ argv: ['true'] }, wait)).exitCode === 0,
    { timeoutMs: 8_000 },
  );
});
