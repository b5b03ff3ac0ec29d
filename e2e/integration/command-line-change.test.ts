import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveApi, type ServedApi } from './tandem/serve-api.ts';
import { startStreamingPair, type StreamingPair } from './tandem/streaming-pair.ts';
import { tandemCommand } from './tandem/tandem-command.ts';

let pair: StreamingPair;
let api: ServedApi;
let token: string;

beforeAll(async () => {
  pair = await startStreamingPair();
  api = await serveApi(pair.tandem);
  token = await api.newToken('operate');
});
afterAll(async () => {
  await api?.stop();
  await pair?.stop();
});

interface Run {
  status: string;
  kind: string;
  outage: { ms: number } | null;
  problem: unknown;
}

/** Runs `tandem WORDS --json` and reads its document. */
async function json<T = Run>(words: string, code = 0): Promise<T> {
  const environment = { TANDEM_URL: api.url, TANDEM_TOKEN: token };
  const answer = await tandemCommand(environment, [...words.split(' '), '--json']);
  expect(answer.code, answer.out + answer.err).toBe(code);
  return JSON.parse(answer.out) as T;
}

const recovery = (name: 'db1' | 'db2') => pair.nodes[name].sql('SELECT pg_is_in_recovery()');

describe('changes of roles from the command line, on practice hosts', () => {
  it('rehearses', async () => {
    await pair.healthy();
    expect(await json('rehearse shop')).toMatchObject({ kind: 'rehearse', status: 'succeeded' });
    expect(await recovery('db1')).toBe('f');
  });

  it('starts nothing without the text, whatever --yes says, and tells which text', async () => {
    const refused = await json<{ confirmation: { word: string } }>('switchover shop --yes', 4);
    expect(refused.confirmation.word).toBe('db2');
    await json('switchover shop --confirm db1', 4);
    expect(await recovery('db1')).toBe('f');
  });

  it('switches over, and the same key lands on the run that has it', async () => {
    const shown = await json<{ readiness: string; confirmation: { ticks: { code: string }[] } }>(
      'switchover shop --plan-only',
    );
    const accept = shown.confirmation.ticks.map((tick) => ` --accept ${tick.code}`).join('');
    const run = await json(`switchover shop --confirm db2${accept} --reason kernel --key first-key`);
    expect(run).toMatchObject({ kind: 'switchover', status: 'succeeded', problem: null });
    process.stdout.write(`switchover from the command line: outage ${run.outage?.ms} ms\n`);
    expect([await recovery('db1'), await recovery('db2')]).toEqual(['t', 'f']);
    await pair.healthy();
    const again = await json(`switchover shop --confirm db1${accept} --reason kernel --key first-key`);
    expect(again).toEqual(run);
    const [entry] = (await pair.tandem.services.audit.list({ pairId: pair.pairId }, null, 1)).entries;
    expect(entry).toMatchObject({
      action: 'switchover-started',
      actor: 'Ada (token operate)',
      address: '127.0.0.1',
      details: { reason: 'kernel', typed: 'db2' },
    });
  });

  it('fails over from a killed primary only when loss and reason are said, and brings it back', async () => {
    await pair.nodes.db2.kill();
    await pair.assess('failover', (look) => look.diagnosis?.class === 'postgres-down');
    const missing = await json<{ error: { message: string } }>('failover shop --yes', 4);
    expect(missing.error.message).toContain('--reason');
    const run = await json('failover shop --confirm shop --accept-loss --accept-unproven --reason killed');
    expect(run).toMatchObject({ kind: 'failover', status: 'succeeded' });
    expect(await recovery('db1')).toBe('f');
    const plan = await json<{ chosenWay: string; confirmation: { word: string; ticks: { code: string }[] } }>(
      'rejoin shop --plan-only',
    );
    const accept = plan.confirmation.ticks.map((tick) => ` --accept ${tick.code}`).join('');
    const word = plan.confirmation.word === null ? '--yes' : `--confirm ${plan.confirmation.word}`;
    expect(await json(`rejoin shop ${word}${accept} --reason back`)).toMatchObject({ status: 'succeeded' });
    await pair.healthy();
  });

  it('ends replication only when that was said, and leaves a standby that stays read-only', async () => {
    const removed = await json('pair remove shop --clean --end-replication --confirm shop --reason moved');
    expect(removed).toMatchObject({ kind: 'remove-pair', status: 'succeeded', problem: null });
    const { db1, db2 } = pair.nodes;
    expect(await db1.sql("SELECT count(*) FROM pg_roles WHERE rolname ~ '^tandem'")).toBe('0');
    expect(await db1.sql('SELECT count(*) FROM pg_replication_slots')).toBe('0');
    expect(await db1.sql('SELECT count(*) FROM pg_stat_replication')).toBe('0');
    expect(await db1.sql('CREATE TABLE after_tandem (id int)')).not.toContain('ERROR');
    expect(await recovery('db2')).toBe('t');
    for (const node of [db1, db2]) {
      expect(await node.sql("SELECT pg_read_file(current_setting('hba_file'))")).not.toContain('Tandem');
      const files = await node.sql("SELECT string_agg(f, ',') FROM pg_ls_dir('.') AS f WHERE f ~ 'tandem'");
      expect(files).toBe('');
    }
    expect(await db2.sql("SELECT (pg_stat_file('standby.signal')).isdir")).toBe('f');
  });
});
