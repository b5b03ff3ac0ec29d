import { expect, it } from 'vitest';
import { commandTable } from './command-table.ts';
import { EXIT } from './exit-codes.ts';
import { runCli } from './run-cli.ts';
import type { Terminal } from './terminal.ts';
import { fakeApi, operationView } from './testing/fake-api.ts';
import { fakeTerminal } from './testing/fake-terminal.ts';

const TABLE = commandTable({}, () => new URL('http://127.0.0.1:7600'));
const OFFERED = 'SHA256:abc';

async function run(line: string, person: Partial<Terminal> = {}) {
  const approved: string[] = [];
  const created: Record<string, unknown>[] = [];
  const server = () => ({
    id: 's1',
    name: 'db1',
    host: '10.0.0.1',
    port: 2222,
    username: 'ada',
    status: approved.length > 0 ? 'verified' : 'draft',
    publicKey: 'ssh-ed25519 AAAA tandem',
    hostKey: approved.length > 0 ? { fingerprint: OFFERED } : null,
    offeredHostKey: approved.length > 0 ? null : { fingerprint: OFFERED },
    checks:
      approved.length > 0
        ? { login: { state: 'ok', value: null, problem: null, command: null, checkedAtMs: 0 } }
        : {},
    pairNames: [],
  });
  const api = fakeApi({
    operations: [operationView('succeeded')],
    answers: {
      'server.create': async (input: Record<string, unknown>) => {
        created.push(input);
        return server();
      },
      'server.list': async () => [server()],
      'server.get': async () => server(),
      'server.check': async () => 'o1',
      'server.approveHostKey': async ({ fingerprint }: { fingerprint: string }) => {
        approved.push(fingerprint);
      },
    },
  });
  const terminal = fakeTerminal(person);
  const code = await runCli({
    words: line.split(' '),
    commands: TABLE,
    connect: async () => api,
    terminal,
  });
  return { code, approved, created, out: terminal.lines.join('\n'), err: terminal.complaints.join('\n') };
}

it('adds a server and tells which line lets Tandem log in', async () => {
  const answer = await run(`server add ada@10.0.0.1:2222 --name db1 --host-key ${OFFERED}`);
  expect(answer.created).toMatchObject([{ name: 'db1', host: '10.0.0.1', port: 2222, username: 'ada' }]);
  expect(answer.err).toContain('ssh-ed25519 AAAA tandem');
  expect(answer).toMatchObject({ code: EXIT.ok, approved: [OFFERED] });
});

it.each([
  ['without the fingerprint', ''],
  ['with another fingerprint', ' --host-key SHA256:other'],
])('accepts no host key %s, and names the one that is offered', async (_what, option) => {
  const answer = await run(`server add ada@10.0.0.1 --name db1${option}`);
  expect(answer).toMatchObject({ code: EXIT.confirmation, approved: [] });
  expect(answer.err).toContain(`npx tandem server trust db1 --host-key ${OFFERED}`);
});

it('asks a person at a terminal whether the host key is the right one', async () => {
  const no = await run('server trust db1', { interactive: true, ask: async () => 'n' });
  expect(no).toMatchObject({ code: EXIT.confirmation, approved: [] });
  const yes = await run('server trust db1', { interactive: true, ask: async () => 'y' });
  expect(yes).toMatchObject({ code: EXIT.ok, approved: [OFFERED] });
});

it('refuses an address without a user before anything is stored', async () => {
  expect(await run('server add 10.0.0.1 --name db1')).toMatchObject({ code: EXIT.usage, created: [] });
});
