import { describe, expect, it } from 'vitest';
import type { GateResult } from '#server/domain/plan.ts';
import { commandTable } from './command-table.ts';
import { EXIT } from './exit-codes.ts';
import { runCli } from './run-cli.ts';
import { fakeApi, operationView, pairView, planOf } from './testing/fake-api.ts';
import { fakeTerminal } from './testing/fake-terminal.ts';

const TABLE = commandTable({}, () => new URL('http://127.0.0.1:7600'));
const FACTS = { instances: [{ kind: 'debian', osOwner: 'postgres', name: '15/main', dataDirectory: '/d' }] };
const SERVERS = [
  { id: 's1', name: 'db1', username: 'admin', facts: FACTS },
  { id: 's2', name: 'db2', username: 'admin', facts: null },
];

const row = (state: GateResult['state']): GateResult => ({
  code: 'network-port',
  state,
  server: 'db2',
  title: { en: 'db2 → db1: Port', de: 'db2 → db1: Port' },
  detail: { en: '10.0.0.1:5432 is open', de: '10.0.0.1:5432 ist offen' },
  fix: null,
  measuredAtMs: 0,
});

async function run(words: string[], gate: GateResult['state'] = 'ok') {
  const wishes: unknown[] = [];
  const started: unknown[] = [];
  let asked = 0;
  const api = fakeApi({
    operations: [operationView('succeeded')],
    answers: {
      'server.list': async () => SERVERS,
      'server.preparationPlan': async ({ wish }: { wish: unknown }) => {
        wishes.push(wish);
        return { state: 'ready', plan: planOf('prepare-host'), planId: 'plan1' };
      },
      'server.prepare': async (request: unknown) => {
        started.push(request);
        return 'o1';
      },
      'pair.list': async () => [pairView('shop')],
      'pair.network': async () => {
        asked += 1;
        return asked < 2
          ? { state: 'making', operationId: 'o1' }
          : { state: 'ready', gates: [row(gate)], takenAtMs: 0 };
      },
    },
  });
  const terminal = fakeTerminal({});
  const code = await runCli({ words, commands: TABLE, connect: async () => api, terminal });
  return { code, wishes, started, out: terminal.lines.join('\n'), err: terminal.complaints.join('\n') };
}

describe('server prepare', () => {
  it('plans exactly what was said, and starts that plan', async () => {
    const words =
      'server prepare db2 --postgresql 15 --pgdg --docker distribution --account shop --docker-group';
    const more =
      '--directory /srv/shop/data:shop:0700 --directory /srv/shop/log:shop:750 --allow db1 --port 5433 --yes';
    const answer = await run([...words.split(' '), ...more.split(' ')]);
    expect(answer.wishes).toEqual([
      {
        postgresql: { majorVersion: 15, source: 'pgdg' },
        docker: { source: 'distribution' },
        account: { name: 'shop', dockerGroup: true },
        directories: [
          { path: '/srv/shop/data', owner: 'shop', mode: '0700' },
          { path: '/srv/shop/log', owner: 'shop', mode: '750' },
        ],
        firewall: { port: 5433, serverId: 's1', address: null },
      },
    ]);
    expect(answer.started).toEqual([{ id: 's2', planId: 'plan1', planHash: 'hash' }]);
    expect(answer.code).toBe(EXIT.ok);
  });

  it('takes an address as the other node, and only shows when told so', async () => {
    const answer = await run('server prepare db2 --allow fd00::1 --plan-only'.split(' '));
    expect(answer.wishes).toMatchObject([{ firewall: { port: 5432, serverId: null, address: 'fd00::1' } }]);
    expect(answer).toMatchObject({ code: EXIT.ok, started: [] });
  });

  it.each([
    [''],
    ['--pgdg'],
    ['--docker-group'],
    ['--docker web'],
    ['--postgresql 9.6'],
    ['--directory /srv/shop'],
    ['--allow db3'],
  ])('refuses a wish that is none before anybody looks: %s', async (options) => {
    const words = `server prepare db2 ${options}`.trim().split(' ');
    expect(await run(words)).toMatchObject({ code: EXIT.usage, wishes: [], started: [] });
  });
});

describe('server sudoers', () => {
  it('prints the file alone, so that it can be piped, and says the rest beside it', async () => {
    const { out, err } = await run(['server', 'sudoers', 'db1']);
    expect(out.split('\n').at(-1)).toBe('admin ALL=(postgres) NOPASSWD: ALL');
    expect(err).toContain('As postgres it may read and change every database');
  });

  it('guesses nothing of a server that was never checked', async () => {
    expect(await run(['server', 'sudoers', 'db2'])).toMatchObject({ code: EXIT.refused, out: '' });
  });
});

describe('pair network', () => {
  it('waits for the look and says by its status whether something is in the way', async () => {
    const fine = await run(['pair', 'network', 'shop']);
    expect(fine.code).toBe(EXIT.ok);
    expect(fine.out).toContain('db2 → db1: Port [db2]: 10.0.0.1:5432 is open');
    expect((await run(['pair', 'network', 'shop'], 'blocking')).code).toBe(EXIT.refused);
  });
});
