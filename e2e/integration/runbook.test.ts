import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunbookBlock } from '#server/domain/runbook/blocks.ts';
import { until } from './platform/until.ts';
import { startStreamingPair, type StreamingPair } from './tandem/streaming-pair.ts';

let pair: StreamingPair;
let commands: Map<string, Extract<RunbookBlock, { type: 'command' }>>;

beforeAll(async () => {
  pair = await startStreamingPair();
  await pair.healthy();
  const { blocks } = await pair.tandem.services.runbooks.get(pair.pairId);
  commands = new Map(blocks.flatMap((block) => (block.type === 'command' ? [[block.id, block]] : [])));
  await pair.nodes.db1.sql('CREATE TABLE acknowledged (n integer)');
  // Tandem is gone: what follows is typed by hand.
  await pair.killWorkers();
});
afterAll(async () => {
  await pair?.stop();
});

/** Types a command of the runbook on the server that it names. */
async function type(id: string): Promise<string> {
  const command = commands.get(id);
  if (command === undefined) throw new Error(`the runbook has no ${id}: ${[...commands.keys()].join(', ')}`);
  const host = pair.lab.host(command.on.server);
  const { stdout } = await host.require(['sh', '-c', command.line], { as: 'root' });
  return stdout.trim();
}

describe('the runbook of a pair, typed by hand without Tandem', () => {
  it('names servers and roles as they are', async () => {
    expect(await type('ask-primary')).toBe('f');
    expect(await type('ask-standby')).toBe('t');
    expect(await type('receiver')).toMatch(/^streaming\|/);
  });

  it('fails over without two writable servers and without loss', async () => {
    await pair.nodes.db1.sql('INSERT INTO acknowledged VALUES (1)');
    await type('fence');
    await type('stop-old');
    expect(await type('proof')).toContain('shut down');
    await type('detach');
    await until('all is replayed', 15_000, async () => (await type('replayed')) === 't');
    await type('promote');
    await until('it is the primary', 15_000, async () => (await type('is-primary')) === 'f');
    expect(await type('slot')).toContain(commands.get('slot')?.line.match(/tandem_\w+/)?.[0] ?? '?');
    expect(await pair.nodes.db2.sql('SELECT count(*) FROM acknowledged')).toBe('1');
    await pair.nodes.db1.start();
    expect(await pair.nodes.db1.sql('SELECT pg_is_in_recovery()')).toBe('t');
    await type('stop-old');
  });

  it('brings the old primary back as the standby', async () => {
    await type('keep-own');
    await type('rewind');
    await type('sign');
    await type('start-old');
    await until('it streams', 30_000, async () => (await type('streams')).includes('|streaming'));
  });
});
