import { describe, expect, it } from 'vitest';
import type { Api } from './cli.ts';
import { commandTable } from './command-table.ts';
import { EXIT } from './exit-codes.ts';
import { runCli } from './run-cli.ts';
import type { Terminal } from './terminal.ts';
import { fakeApi, pairView, operationView } from './testing/fake-api.ts';
import { fakeTerminal } from './testing/fake-terminal.ts';

const TABLE = commandTable({}, () => new URL('http://127.0.0.1:7600'));

async function run(line: string, api: Api = fakeApi({}), person: Partial<Terminal> = {}) {
  const terminal = fakeTerminal(person);
  const words = line === '' ? [] : line.split(' ');
  const code = await runCli({ words, commands: TABLE, connect: async () => api, terminal });
  return { code, out: terminal.lines.join('\n'), err: terminal.complaints.join('\n') };
}

describe('the command table', () => {
  it('names each command once, in at most two words', () => {
    const names = TABLE.map((row) => row.words);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+( [a-z-]+)?$/);
  });

  it.each(TABLE.map((row) => row.words))('explains %s on request without asking Tandem', async (words) => {
    const answer = await run(`${words} --help`, fakeApi({}));
    expect(answer).toMatchObject({ code: EXIT.ok, err: '' });
    expect(answer.out).toContain('--json');
  });

  it.each(
    TABLE.filter((row) => row.args.some((argument) => argument.startsWith('<'))).map((row) => row.words),
  )('refuses %s without its argument as a usage error, also in JSON', async (words) => {
    const answer = await run(`${words} --json`);
    expect(answer.code).toBe(EXIT.usage);
    expect(JSON.parse(answer.out)).toMatchObject({ error: { code: 'USAGE', exitCode: 2 } });
  });
});

it('refuses words and options that it does not know', async () => {
  expect((await run('pair dance')).code).toBe(EXIT.usage);
  expect((await run('pair list --colour')).code).toBe(EXIT.usage);
});

it('prints a pair with unknown values as unknown, never as zero', async () => {
  const api = fakeApi({ pairs: [pairView('shop')] });
  const document = JSON.parse((await run('pair list --json', api)).out);
  expect(document).toMatchObject([{ name: 'shop', state: null, notReceivedBytes: null, sampleAgeMs: null }]);
  expect((await run('pair list', api)).out).toMatch(/^shop +unknown +db1 +db2 +\? +\? /m);
});

it('names the pairs there are when one is not known', async () => {
  const answer = await run('pair show shp', fakeApi({ pairs: [pairView('shop')] }));
  expect(answer).toMatchObject({ code: EXIT.usage, out: '' });
  expect(answer.err).toContain('There are: shop.');
});

it.each([
  ['succeeded', EXIT.ok],
  ['undone', EXIT.failed],
  ['cancelled', EXIT.failed],
  ['needs-attention', EXIT.attention],
] as const)('ends with its own status when a followed run is %s', async (status, code) => {
  const api = fakeApi({ operations: [operationView('running'), operationView(status)] });
  const answer = await run('operation follow o1 --json', api);
  expect(answer.code).toBe(code);
  expect(JSON.parse(answer.out)).toMatchObject({ id: 'o1', status });
});

it('stops watching after its time and says that the run goes on', async () => {
  const api = fakeApi({ operations: [operationView('running')] });
  expect((await run('operation follow o1 --timeout 2 --json', api)).code).toBe(EXIT.stillRunning);
});

it('undoes nothing that the run does not allow', async () => {
  const api = fakeApi({ operations: [operationView('succeeded')] });
  expect(await run('operation undo o1 --yes', api)).toMatchObject({ code: EXIT.refused });
});

it('asks before it decides about a run, and takes silence as no', async () => {
  const asks = { ...operationView('needs-attention') };
  const quiet = await run('operation retry o1', fakeApi({ operations: [asks] }));
  expect(quiet).toMatchObject({ code: EXIT.confirmation });
  expect(quiet.err).toContain('--yes');
  const api = fakeApi({ operations: [asks, operationView('succeeded')] });
  const said = await run('operation retry o1', api, { interactive: true, ask: async () => 'y' });
  expect(said.code).toBe(EXIT.ok);
});

it.each([
  ['NOT_SIGNED_IN', EXIT.unreachable],
  ['ACCESS_TOKEN_READ_ONLY', EXIT.unreachable],
  ['OPERATION_ALREADY_RUNNING', EXIT.refused],
  ['GATE_FAILED', EXIT.refused],
  ['STALE_VIEW', EXIT.refused],
  ['NOT_FOUND', EXIT.usage],
  ['ASSERTION', EXIT.unexpected],
])('turns the error %s into its exit status', async (code, exitCode) => {
  const answer = await run('pair list --json', fakeApi({ fails: { code, message: 'no' } }));
  expect(answer.code).toBe(exitCode);
  expect(JSON.parse(answer.out)).toMatchObject({ error: { code, message: 'no', exitCode } });
});

it('takes a missing confirmation for what it is', async () => {
  const fails = { code: 'INVALID_INPUT', message: 'confirmation: type db2', data: { field: 'confirmation' } };
  expect((await run('pair list', fakeApi({ fails }))).code).toBe(EXIT.confirmation);
});

it('says that Tandem does not answer when it does not', async () => {
  const answer = await run('pair list --json', fakeApi({ fails: new TypeError('fetch failed') }));
  expect(answer.code).toBe(EXIT.unreachable);
  expect(JSON.parse(answer.out)).toMatchObject({ error: { code: 'TANDEM_UNREACHABLE' } });
});
