import { describe, expect, it } from 'vitest';
import { commandTable } from './command-table.ts';
import { EXIT } from './exit-codes.ts';
import { runCli } from './run-cli.ts';
import { fakeApi, operationView, planOf } from './testing/fake-api.ts';
import { fakeTerminal } from './testing/fake-terminal.ts';

const TABLE = commandTable({}, () => new URL('http://127.0.0.1:7600'));
const INSTANCE = { kind: 'docker', name: 'shop-db', dataDirectory: '/d', running: true, inRecovery: false };
const SERVERS = [{ id: 's1', name: 'db1', username: 'admin', facts: { instances: [INSTANCE] } }];

async function run(words: string) {
  const wishes: unknown[] = [];
  const started: unknown[] = [];
  const api = fakeApi({
    operations: [operationView('succeeded')],
    answers: {
      'server.list': async () => SERVERS,
      'server.releasePlan': async ({ key: _, ...wish }: { key: string }) => {
        wishes.push(wish);
        return { state: 'ready', plan: planOf('release-settings'), planId: 'plan1', choices: [] };
      },
      'server.releaseSettings': async (request: unknown) => {
        started.push(request);
        return 'o1';
      },
    },
  });
  const terminal = fakeTerminal({});
  const code = await runCli({ words: words.split(' '), commands: TABLE, connect: async () => api, terminal });
  return { code, wishes, started };
}

describe('server release-settings', () => {
  it('plans for the only instance what stands in the way, and starts that plan', async () => {
    expect(await run('server release-settings db1 --yes')).toEqual({
      code: EXIT.ok,
      wishes: [{ serverId: 's1', place: '/d@shop-db', names: null }],
      started: [{ planId: 'plan1', planHash: expect.any(String) }],
    });
  });

  it('plans for the settings that were named, and starts nothing where only the plan was asked for', async () => {
    expect(await run('server release-settings db1 --settings ssl,wal_level --plan-only')).toMatchObject({
      code: EXIT.ok,
      wishes: [{ names: ['ssl', 'wal_level'] }],
      started: [],
    });
  });
});
