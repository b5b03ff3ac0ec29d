import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { sshTarget } from '#e2e/lab/ssh-target.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { chooseHostState, type HostState } from '#server/adapters/ssh/host-state-directory.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { withFence } from '#server/adapters/ssh/with-fence.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import { codeOf } from '#server/testing/contract/error-code-of.ts';

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 20_000 };

let dir: string;
let lab: Lab;
let connections: SshHostConnections;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-fence-'));
  lab = await startLab({ dir, hosts: [{ name: 'plain' }, { name: 'sudo', sudo: 'nopasswd' }] });
  connections = new SshHostConnections();
});

afterAll(async () => {
  await connections?.closeAll();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

describe.each([
  ['plain', { directory: '/home/dba/.local/state/tandem', owner: 'dba' }, 'dba'],
  ['sudo', { directory: '/var/lib/tandem', owner: 'root' }, 'postgres'],
] as const)('on a host of kind %s', (name, expectedState, runAs) => {
  let transport: HostTransport;
  let state: HostState;
  const fence = (resource: string, token: bigint, o: { tokenExpected?: boolean } = {}) =>
    withFence(transport, { stateDirectory: state.directory, stateOwner: state.owner, resource, token, ...o });
  const echo = { argv: ['id', '-un'], runAs } as const;

  beforeAll(async () => {
    transport = await connections.connect(await sshTarget(lab, lab.host(name)), { signal });
    state = await chooseHostState(transport, wait);
  });

  test('the state directory is chosen by what the login user may do', () => {
    expect(state).toEqual(expectedState);
  });

  test('an older token is refused after a newer one was seen, the newer goes on', async () => {
    expect((await fence('a', 5n).require(echo, wait)).stdout).toBe(`${runAs}\n`);
    expect((await fence('a', 6n).require(echo, wait)).stdout).toBe(`${runAs}\n`);
    expect(await codeOf(fence('a', 5n).run(echo, wait))).toBe('FENCING_TOKEN_STALE');
    expect(
      await codeOf(
        fence('a', 5n).writeFileAtomic('/tmp/x', Buffer.from(''), { mode: 0o600, owner: runAs, signal }),
      ),
    ).toBe('FENCING_TOKEN_STALE');
    expect((await fence('b', 1n).require(echo, wait)).stdout).toBe(`${runAs}\n`);
    expect((await transport.stat(state.directory, { signal, runAs: state.owner }))?.mode).toBe(0o700);
  });

  test('a token file that is gone after it existed is a conflict', async () => {
    await fence('c', 5n).require(echo, wait);
    await transport.require({ argv: ['rm', `${state.directory}/c.token`], runAs: state.owner }, wait);
    expect(await codeOf(fence('c', 6n).run(echo, wait))).toBe('FENCING_TOKEN_STALE');
    expect(await codeOf(fence('never', 1n, { tokenExpected: true }).run(echo, wait))).toBe(
      'FENCING_TOKEN_STALE',
    );
  });

  test('standard input, exit code and output pass the guard', async () => {
    const result = await fence('d', 1n).run(
      { argv: ['sh', '-c', 'cat; echo err >&2; exit 7'], runAs },
      { ...wait, stdin: 'in' },
    );
    expect(result).toMatchObject({ exitCode: 7, stdout: 'in', stderr: 'err\n' });
  });

  test('a newer run waits until the command of the older one has ended', async () => {
    const script = 'echo begin >> /tmp/order; sleep 0.5; echo end >> /tmp/order';
    const first = fence('e', 1n).require({ argv: ['sh', '-c', script], runAs }, wait);
    await until(
      'the first command runs',
      async () => (await transport.readFile('/tmp/order', { signal, runAs })) !== null,
    );
    await fence('e', 2n).require({ argv: ['sh', '-c', 'echo second >> /tmp/order'], runAs }, wait);
    await first;
    expect((await transport.readFile('/tmp/order', { signal, runAs }))?.toString()).toBe(
      'begin\nend\nsecond\n',
    );
  });

  test('a server left running by a command does not keep the lock', async () => {
    await fence('f', 1n).require(
      { argv: ['sh', '-c', 'setsid sleep 30 </dev/null >/dev/null 2>&1 &'], runAs },
      wait,
    );
    expect((await fence('f', 1n).require(echo, wait)).exitCode).toBe(0);
  });
});
