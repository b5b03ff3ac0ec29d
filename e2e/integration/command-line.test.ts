import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { LabPair } from '#e2e/lab/processes/create-replicating-pair.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { until } from './platform/until.ts';
import { serveApi, type ServedApi } from './tandem/serve-api.ts';
import { startTandem, type TestTandem } from './tandem/start-tandem.ts';
import { tandemCommand, type CommandAnswer } from './tandem/tandem-command.ts';

let dir: string;
let lab: Lab;
let tandem: TestTandem;
let api: ServedApi;
let pair: LabPair;
let token: string;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-cli-'));
  [lab, tandem] = await Promise.all([
    startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] }),
    startTandem(),
  ]);
  pair = await lab.createReplicatingPair('db1', 'db2', { name: 'shop', shopDatabaseMb: 5 });
  await tandem.startWorker();
  await Promise.all(['db1', 'db2'].map((name) => tandem.addServer(lab, name)));
  api = await serveApi(tandem);
  token = await api.newToken('operate');
});
afterAll(async () => {
  await api?.stop();
  await tandem?.stop();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

const run = (line: string, environment: Record<string, string> = {}): Promise<CommandAnswer> =>
  tandemCommand({ TANDEM_URL: api.url, TANDEM_TOKEN: token, HOME: dir, ...environment }, line.split(' '));

async function json<T = Record<string, unknown>>(line: string, code = 0): Promise<T> {
  const answer = await run(`${line} --json`);
  expect(answer.code, answer.out + answer.err).toBe(code);
  return JSON.parse(answer.out) as T;
}

describe('the token', () => {
  it('is asked for, tried and stored where only its owner reads it', async () => {
    const login = await tandemCommand({ TANDEM_URL: api.url, HOME: dir }, ['login'], { input: `${token}\n` });
    expect(login, login.err).toMatchObject({ code: 0 });
    const file = path.join(dir, '.config/tandem/token');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await run('pair list', { TANDEM_TOKEN: '' })).toMatchObject({ code: 0 });
    await chmod(file, 0o644);
    const readable = await run('pair list', { TANDEM_TOKEN: '' });
    expect(readable).toMatchObject({ code: 7, out: '' });
    expect(readable.err).toContain('can be read by other users');
  });

  it('is not stored when Tandem does not know it', async () => {
    const home = path.join(dir, 'eve');
    const input = `tdm_abcd2345_${'x'.repeat(43)}\n`;
    const login = await tandemCommand({ TANDEM_URL: api.url, HOME: home }, ['login'], { input });
    expect(login).toMatchObject({ code: 7 });
    expect(await stat(path.join(home, '.config/tandem/token')).catch(() => null)).toBeNull();
  });

  it('that may only look starts nothing', async () => {
    const environment = { TANDEM_TOKEN: await api.newToken('read') };
    expect(await run('pair list', environment)).toMatchObject({ code: 0 });
    expect(await run('server check db1', environment)).toMatchObject({ code: 7 });
  });

  it('does not go to another machine in clear text', async () => {
    const answer = await run('pair list', { TANDEM_URL: 'http://192.0.2.1:7600' });
    expect(answer).toMatchObject({ code: 2 });
  });
});

describe('the same gates and records as in the browser', () => {
  it('takes a pair over, looks at it and watches it', async () => {
    const { dataDirectory } = pair.primary.location;
    const words = `adopt --name shop --server db1 --data-directory ${dataDirectory}`;
    const unasked = await json<{ error: { code: string } }>(words, 4);
    expect(unasked.error.code).toBe('NOT_CONFIRMED');
    expect(await tandem.services.drafts.list()).toEqual([]);
    const run1 = await json<{ id: string; status: string; startedBy: string }>(`${words} --yes`);
    expect(run1).toMatchObject({ status: 'succeeded', startedBy: 'Ada (token operate)' });
    await until('the pair is healthy', 20_000, async () => {
      const shown = await json('pair show shop');
      return shown['state'] === 'healthy';
    });
    expect(await json('pair show shop')).toMatchObject({
      name: 'shop',
      severity: 'ok',
      primary: { server: 'db1', reachable: true },
      standby: { server: 'db2', reachable: true },
      notReceivedBytes: expect.any(Number),
    });
    const watched = await run('pair watch shop --count 2 --json');
    const ticks = watched.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string });
    expect(ticks.map((tick) => tick.name)).toEqual(['shop', 'shop']);
  });

  it('writes the request and its address into the audit log', async () => {
    const [entry] = await tandem.prisma.auditEntry.findMany({ where: { action: 'plan-approved' } });
    expect(entry).toMatchObject({
      actor: 'Ada (token operate)',
      address: '127.0.0.1',
      requestId: expect.stringMatching(/^[a-z0-9]{20,}$/),
    });
  });

  it('checks a server and tells what was found', async () => {
    const server = await json<{ status: string; checks: { row: string; state: string }[] }>(
      'server check db2',
    );
    expect(server.status).toBe('verified');
    expect(server.checks.find((check) => check.row === 'login')).toMatchObject({ state: 'ok' });
  });

  it('refuses to forget a server that a pair needs', async () => {
    const refused = await json<{ error: { code: string } }>('server remove db1 --take-key --yes', 3);
    expect(refused.error.code).toBe('IN_USE');
  });

  it('lists, shows and follows runs, and refuses to undo one that has ended', async () => {
    const runs = await json<{ id: string; kind: string; status: string }[]>('operation list --limit 50');
    const adopted = runs.find((each) => each.kind === 'adopt-pair');
    expect(adopted).toMatchObject({ status: 'succeeded' });
    const followed = await json<{ steps: { state: string }[] }>(`operation follow ${adopted?.id}`);
    expect(followed.steps.every((step) => /^(done|already-done)$/.test(step.state))).toBe(true);
    const shown = await run(`operation show ${adopted?.id}`);
    expect(shown.out).toContain('succeeded');
    await json(`operation undo ${adopted?.id} --yes`, 3);
  });

  it('drops a slot that nobody reads from, and only when its owner is named right', async () => {
    await pair.primary.sql("SELECT pg_create_physical_replication_slot('left_over', true)");
    const slots = await until('the slot is in a sample', 10_000, async () => {
      const all = await json<{ name: string; owner: string; active: boolean }[]>('slot list shop');
      return all.some((slot) => slot.name === 'left_over') ? all : null;
    });
    expect(slots).toMatchObject([
      { name: 'db2', owner: 'foreign', active: true },
      { name: 'left_over', owner: 'foreign', active: false },
    ]);
    await json('slot drop shop db2 --force-foreign db2', 3);
    await json('slot drop shop left_over --confirm left_over', 4);
    await json('slot drop shop left_over --force-foreign left_over --reason unused');
    expect(await pair.primary.sql('SELECT slot_name FROM pg_replication_slots')).toBe('db2');
  });

  it('shows the plan of a removal, asks for the name, and takes its own away', async () => {
    const roles = "SELECT count(*) FROM pg_roles WHERE rolname ~ '^tandem'";
    expect(await pair.primary.sql(roles)).toBe('1');
    expect((await run('pair remove shop --confirm shop')).code).toBe(2);
    const planned = await json<{ plan: { steps: { name: string }[] } }>(
      'pair remove shop --clean --plan-only',
    );
    expect(planned.plan.steps.map((step) => step.name)).toContain('drop-monitor-role');
    await json('pair remove shop --clean --yes', 4);
    await json('pair remove shop --clean --confirm shop');
    expect(await pair.primary.sql(roles)).toBe('0');
    expect(await pair.primary.sql('SELECT state FROM pg_stat_replication')).toBe('streaming');
    const hba = await pair.primary.sql("SELECT pg_read_file(current_setting('hba_file'))");
    expect(hba).not.toContain('Tandem');
    expect(await json('pair list')).toEqual([]);
    expect(await tandem.prisma.secret.count({ where: { purpose: { contains: 'tandem_monitor' } } })).toBe(0);
    await json('server remove db2 --take-key --yes');
  });

  it('leaves an audit chain that is whole, also for somebody who has nothing but the export', async () => {
    const verdict = await tandem.services.audit.verify();
    expect(verdict.broken).toBeNull();
    const { GET: exportRoute } = await import('#app/api/audit/export/route.ts');
    const address = `${api.url}/api/audit/export?format=json`;
    expect((await exportRoute(new Request(address))).status).toBe(401);
    const headers = { authorization: `Bearer ${token}` };
    const answer = await exportRoute(new Request(address, { headers }));
    const entries = z
      .array(z.object({ previousHash: z.string(), canonical: z.string(), hash: z.string() }))
      .parse(await answer.json());
    expect(entries).toHaveLength(verdict.checked);
    let last = '0'.repeat(64);
    for (const { previousHash, canonical, hash } of entries) {
      expect(previousHash).toBe(last);
      last = createHash('sha256')
        .update(last + canonical)
        .digest('hex');
      expect(hash).toBe(last);
    }
    expect(last).toBe(verdict.lastHash);
  });

  it('says that Tandem does not answer', async () => {
    const answer = await run('pair list --json', { TANDEM_URL: 'http://127.0.0.1:9' });
    expect(answer.code).toBe(7);
    expect(JSON.parse(answer.out)).toMatchObject({ error: { code: 'TANDEM_UNREACHABLE' } });
  });
});
