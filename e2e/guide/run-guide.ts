import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { serveApi } from '#e2e/integration/tandem/serve-api.ts';
import { startTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { createLedgerTable, startLedger } from '#e2e/lab/ledger/start-ledger.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { startGuideHosts, type GuideHosts, type GuideNode, type GuideRuntime } from './guide-hosts.ts';
import { typedByHand, type SectionNumber } from './manual-sections.ts';
import { TypedCommands, type Typed } from './typed-commands.ts';
import { isWritable, watchWritable } from '#e2e/lab/ledger/watch-writable.ts';

export interface GuidePart {
  title: string;
  /** Sections of the manual guide that say the same. */
  sections: readonly SectionNumber[];
  ms: number;
  result: string;
  byHand: number;
  typed: readonly Typed[];
}

const SET_UP = ['2.1', '2.2', '2.3', '2.4', '2.5', '2.6', '3.1', '3.3', '3.4'] as const;
const HEALTHY_MS = 60_000;
const BACK_MS = 120_000;
const zPair = z.object({ state: z.string().nullable(), primary: z.object({ server: z.string() }) });
const zRun = z.object({ status: z.string(), outage: z.object({ ms: z.number().nullable() }).nullable() });

/** Everything that the parts work with. */
interface Guide extends GuideHosts {
  runtime: GuideRuntime;
  folder: string;
  tandem: TypedCommands;
  part(title: string, sections: readonly SectionNumber[], run: () => Promise<string>): Promise<void>;
}

/**
 * Does parts 1 to 6 of the manual guide on fresh servers through Tandem's command line. Rejects when a part
 * fails or a promise is broken: no acknowledged write lost in a planned change, the old primary never writable.
 */
export async function runGuide(runtime: GuideRuntime, tell: (part: GuidePart) => void): Promise<GuidePart[]> {
  const stops: (() => Promise<unknown>)[] = [];
  const parts: GuidePart[] = [];
  try {
    const folder = await mkdtemp(path.join(tmpdir(), 'tandem-guide-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const hosts = await startGuideHosts(runtime);
    stops.push(() => hosts.lab.stop());
    const installation = await startTandem();
    stops.push(() => installation.stop());
    await installation.startWorker();
    const api = await serveApi(installation);
    stops.push(() => api.stop());
    const tandem = new TypedCommands({
      TANDEM_URL: api.url,
      TANDEM_TOKEN: await api.newToken('operate'),
      HOME: folder,
    });
    const part: Guide['part'] = async (title, sections, run) => {
      const startedAt = performance.now();
      const result = await run();
      const ms = performance.now() - startedAt;
      const done = { title, sections, ms, result, byHand: typedByHand(sections), typed: tandem.take() };
      parts.push(done);
      tell(done);
    };
    await guide({ ...hosts, runtime, folder, tandem, part }, stops);
    return parts;
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function guide(g: Guide, stops: (() => Promise<unknown>)[]): Promise<void> {
  const { part, tandem } = g;
  await part('1 Both servers are known to Tandem', [], () => addServers(g));
  if (g.runtime === 'docker') {
    await part('1 The standby server is prepared', ['1.3'], () => prepareHost(g));
    await part('3 A container like the primary\u2019s', ['3.2'], async () => {
      await tandem.start(['server', 'container', 'db2', '--like', 'db1'], { reason: 'guide' });
      return 'made, empty, not started';
    });
  }
  await part(
    '2+3 The standby is set up',
    [...SET_UP, ...(g.runtime === 'docker' ? [] : (['3.2'] as const))],
    () => setUp(g),
  );
  await part('4 Replication is verified', ['4.1', '4.2', '4.3'], () => verify(g, 'db1'));
  await createLedgerTable(g.primary);
  const ledger = startLedger([g.primary, g.standby]);
  stops.push(() => ledger.stop());
  for (const [title, from, to] of [
    ['5.1 Planned switchover', g.primary, g.standby],
    ['5.1 Switch back', g.standby, g.primary],
  ] as const)
    await part(title, ['5.1', '6.1'], () => switchOver(g, from, to, ledger));
  await ledger.report();
  await part('5.2 Emergency failover after a loss of power', ['5.2'], () => failOver(g));
  const watch = watchWritable(g.primary);
  stops.push(() => watch.stop());
  await part('6 The old primary boots again', [], async () => {
    await g.lab.host('db1').powerOn();
    await until('the old primary answers, or stays down for 20 s', oldIsSettled(g.primary), {
      timeoutMs: BACK_MS,
    });
    return `read-only: ${watch.seen.writable} of ${watch.seen.answered} answers were writable`;
  });
  await part('6.1 The old primary is the standby', ['6.1'], async () => {
    await tandem.start(['rejoin', 'shop'], { reason: 'guide', timeoutMs: BACK_MS });
    return verify(g, 'db2');
  });
  const { answered, writable } = await watch.stop();
  if (writable > 0) throw new Error(`the old primary was writable in ${writable} of ${answered} answers`);
  await ledger.report();
  const lost = (await ledger.missingOn(g.standby)).length;
  process.stdout.write(`${lost} acknowledged writes lost in the emergency failover\n`);
}

/** Settled = it answers, or nobody has started it for a while: a fence may keep it down. */
function oldIsSettled(node: GuideNode): () => Promise<boolean> {
  const from = performance.now();
  return async () =>
    (await node.sql('SELECT 1').then(
      () => true,
      () => false,
    )) || performance.now() - from > 20_000;
}

async function addServers({ lab, folder, tandem }: Guide): Promise<string> {
  const keyFile = path.join(folder, 'login-key');
  await writeFile(keyFile, lab.loginKey.privateKey, { mode: 0o600 });
  for (const name of ['db1', 'db2']) {
    const host = lab.host(name);
    // What a person reads on the server's own console.
    const shown = await host.require(['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub']);
    const fingerprint = shown.stdout.split(' ')[1] ?? '';
    const address = `${host.user}@${host.address}`;
    await tandem.call([
      'server', 'add', address, '--name', name, '--key-file', keyFile, '--host-key', fingerprint,
    ]); // prettier-ignore
  }
  return 'checked';
}

async function prepareHost({ tandem }: Guide): Promise<string> {
  const account = ['--docker', 'distribution', '--account', 'mgserver', '--docker-group'];
  const directory = ['--directory', '/home/mgserver/mgserver:mgserver:0755'];
  await tandem.start(['server', 'prepare', 'db2', ...account, ...directory], { reason: 'guide' });
  return 'Docker, account and directory are there';
}

async function setUp(g: Guide): Promise<string> {
  const file = path.join(g.folder, 'pair.yaml');
  const values = [
    'name: shop',
    'startGate: while-attached',
    'primary:',
    '  server: db1',
    'standby:',
    '  server: db2',
  ];
  await writeFile(file, `${values.join('\n')}\n`);
  const inFile = values.filter((line) => /: \S/.test(line)).length;
  const run = zRun.parse(await g.tandem.start(['setup', '--file', file], { reason: 'guide', inFile }));
  if (await isWritable(g.standby)) throw new Error('the new standby accepts writes');
  return run.status;
}

async function verify({ tandem }: Guide, primary: string): Promise<string> {
  const healthy = (document: unknown): boolean => {
    const pair = zPair.parse(document);
    return pair.state === 'healthy' && pair.primary.server === primary;
  };
  await tandem.look(['pair', 'show', 'shop'], healthy, HEALTHY_MS);
  return `healthy, ${primary} is the primary`;
}

async function switchOver(
  g: Guide,
  from: GuideNode,
  to: GuideNode,
  ledger: ReturnType<typeof startLedger>,
): Promise<string> {
  const run = zRun.parse(await g.tandem.start(['switchover', 'shop'], { reason: 'guide' }));
  await verify(g, to.host.name);
  if (await isWritable(from)) throw new Error(`${from.host.name} is still writable`);
  const { longestGapMs, failed } = await ledger.report();
  const missing = await ledger.missingOn(to);
  if (missing.length > 0) throw new Error(`${missing.length} acknowledged writes are lost`);
  const seen = `clients saw ${Math.round(longestGapMs)} ms and ${failed} failed writes`;
  return `outage ${Math.round(run.outage?.ms ?? 0)} ms; ${seen}; nothing lost`;
}

async function failOver(g: Guide): Promise<string> {
  await g.lab.host('db1').losePower();
  await g.tandem.start(['failover', 'shop'], { reason: 'power loss of db1', timeoutMs: HEALTHY_MS });
  if (!(await isWritable(g.standby))) throw new Error('the new primary accepts no writes');
  return 'db2 accepts writes';
}
