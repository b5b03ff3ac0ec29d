import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { HookView } from '#server/services/services.ts';
import { commandTable } from './command-table.ts';
import { EXIT } from './exit-codes.ts';
import { runCli } from './run-cli.ts';
import { fakeApi, operationView, pairView } from './testing/fake-api.ts';
import { fakeTerminal } from './testing/fake-terminal.ts';

const TABLE = commandTable({}, () => new URL('http://127.0.0.1:7600'));
const HOOK: HookView = {
  id: 'h1',
  name: 'Stop the shop',
  moment: 'stop-application',
  timeoutSeconds: 30,
  veto: true,
  repeatable: false,
  call: {
    kind: 'shell',
    serverId: 's1',
    serverName: 'app1',
    runAs: null,
    mode: 'command',
    line: 'shopctl stop',
    check: null,
  },
};

const REQUEST: HookView = {
  ...HOOK,
  id: 'h9',
  name: 'Tell the proxy',
  moment: 'redirect',
  veto: false,
  call: {
    kind: 'http',
    method: 'PUT',
    url: 'https://proxy.example.com/primary',
    headers: [{ name: 'X-Team', value: 'shop' }],
    body: '{"to":"{{newPrimary}}"}',
    checkUrl: 'https://proxy.example.com/health',
    hasToken: true,
  },
};

async function run(words: string[], state: 'answers' | 'fails' = 'answers') {
  const saved: unknown[] = [];
  const removed: unknown[] = [];
  const api = fakeApi({
    pairs: [pairView('shop')],
    operations: [operationView('succeeded')],
    answers: {
      'server.list': async () => [{ id: 's1', name: 'app1' }],
      'hook.list': async () => [HOOK, REQUEST],
      'hook.save': async (input: never) => {
        saved.push(input);
        return 'h2';
      },
      'hook.remove': async (input: never) => void removed.push(input),
      'hook.check': async () => 'o1',
      'hook.checked': async () => [
        {
          name: HOOK.name,
          target: 'app1',
          veto: true,
          check: { state, detail: 'exit code 0', durationMs: 12 },
        },
      ],
    },
  });
  const terminal = fakeTerminal();
  const code = await runCli({ words, commands: TABLE, connect: async () => api, terminal });
  return { code, saved, removed, out: terminal.lines.join('\n') };
}

describe('hooks by command line', () => {
  it('lists them in a stable shape', async () => {
    const { code, out } = await run(['hook', 'list', 'shop', '--json']);
    expect(code).toBe(EXIT.ok);
    expect(z.array(z.unknown()).parse(JSON.parse(out))[0]).toEqual({
      id: 'h1',
      name: 'Stop the shop',
      moment: 'stop-application',
      kind: 'shell',
      server: 'app1',
      runAs: null,
      mode: 'command',
      line: 'shopctl stop',
      method: null,
      url: null,
      headers: null,
      body: null,
      hasToken: null,
      check: null,
      timeoutSeconds: 30,
      veto: true,
      repeatable: false,
    });
  });

  it('adds a command and a request', async () => {
    const common = ['hook', 'add', 'shop', '--name', 'It'];
    const command = [
      ...common,
      '--moment',
      'redirect',
      '--server',
      'app1',
      '--script',
      'a | b',
      '--as',
      'deploy',
    ];
    expect((await run(command)).saved).toMatchObject([
      { hookId: null, hook: { call: { serverId: 's1', mode: 'script', line: 'a | b', runAs: 'deploy' } } },
    ]);
    const request = [
      ...common,
      '--moment',
      'redirect',
      '--url',
      'https://r',
      '--header',
      'X-A: b: c',
      '--veto',
    ];
    expect((await run(request)).saved).toMatchObject([
      {
        hook: { veto: true, call: { method: 'POST', headers: [{ name: 'X-A', value: 'b: c' }] } },
        token: { kind: 'none' },
      },
    ]);
  });

  it.each([
    [['--moment', 'sometime', '--server', 'app1', '--command', 'x']],
    [['--moment', 'redirect']],
    [['--moment', 'redirect', '--server', 'nobody', '--command', 'x']],
    [['--moment', 'redirect', '--url', 'https://r', '--header', 'nothing']],
    [['--moment', 'redirect', '--url', 'https://r', '--seconds', '0']],
    [['--moment', 'redirect', '--url', 'https://r', '--token-file', '/no/such/file']],
  ])('refuses %j as wrong usage and saves nothing', async (words) => {
    const { code, saved } = await run(['hook', 'add', 'shop', '--name', 'It', ...words]);
    expect([code, saved]).toEqual([EXIT.usage, []]);
  });

  it('changes what is named and keeps the rest, also the token', async () => {
    const { hasToken, ...call } = REQUEST.call as Extract<HookView['call'], { kind: 'http' }>;
    expect(hasToken).toBe(true);
    const { id, ...kept } = REQUEST;
    const edit = await run(['hook', 'edit', 'shop', REQUEST.name, '--seconds', '9', '--veto']);
    expect(edit.saved).toEqual([
      {
        pairId: 'p-shop',
        hookId: id,
        hook: { ...kept, timeoutSeconds: 9, veto: true, call },
        token: { kind: 'keep' },
      },
    ]);
    const command = ['--script', 'a | b', '--as', 'deploy', '--name', 'Other', '--no-veto'];
    expect((await run(['hook', 'edit', 'shop', HOOK.name, ...command])).saved).toMatchObject([
      {
        hookId: 'h1',
        hook: {
          name: 'Other',
          moment: 'stop-application',
          timeoutSeconds: 30,
          veto: false,
          call: { serverId: 's1', mode: 'script', line: 'a | b', runAs: 'deploy', check: null },
        },
      },
    ]);
  });

  it('takes away what is refused by name', async () => {
    const refusals = ['--no-headers', '--no-body', '--no-token', '--no-check'];
    const { saved } = await run(['hook', 'edit', 'shop', 'h9', ...refusals]);
    expect(saved).toMatchObject([
      { hook: { call: { headers: [], body: null, checkUrl: null } }, token: { kind: 'none' } },
    ]);
  });

  it.each([
    [HOOK.name, []],
    [HOOK.name, ['--url', 'https://r']],
    [HOOK.name, ['--no-token']],
    [HOOK.name, ['--command', 'a', '--script', 'b']],
    [REQUEST.name, ['--server', 'app1']],
    [REQUEST.name, ['--method', 'DELETE']],
    ['nobody', ['--veto']],
  ])('refuses to change %j with %j and saves nothing', async (hook, words) => {
    const { code, saved } = await run(['hook', 'edit', 'shop', hook, ...words]);
    expect([code, saved]).toEqual([EXIT.usage, []]);
  });

  it('removes one by its name, and only when told so', async () => {
    expect(await run(['hook', 'remove', 'shop', HOOK.name, '--yes'])).toMatchObject({
      code: EXIT.ok,
      removed: [{ pairId: 'p-shop', hookId: 'h1' }],
    });
    expect(await run(['hook', 'remove', 'shop', HOOK.name])).toMatchObject({
      code: EXIT.confirmation,
      removed: [],
    });
  });

  it('tells by its exit status whether they can be called', async () => {
    expect((await run(['hook', 'check', 'shop'])).code).toBe(EXIT.ok);
    expect((await run(['hook', 'check', 'shop'], 'fails')).code).toBe(EXIT.failed);
  });
});
