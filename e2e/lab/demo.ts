/**
 * `npm run demo`: practice hosts db1 to db4, Tandem on top of them, a pair that streams already and a
 * second primary that waits for the wizard. Ctrl-C removes everything.
 *
 * The hosts are whole servers with systemd and Docker where a Docker engine answers, else made of processes;
 * `--lab=containers|processes` chooses. Root or not: an ordinary user gets a user namespace for the latter.
 * `--port N` for another port, `--hosts-only` for the hosts without Tandem.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { closedFolder } from '#server/config/closed-folder.ts';
import { chooseLab, readLab } from './demo/choose-lab.ts';
import type { DemoHosts } from './demo/demo-hosts.ts';
import { startPracticeHosts } from './demo/practice-hosts.ts';
import { startWholeServers } from './demo/whole-servers.ts';
import { describeFailure } from './demo/describe-failure.ts';
import { claimConsole } from './demo/console-client.ts';
import { adoptPair } from './demo/adopt-pair.ts';
import { openInnerGate, openOuterGate } from './demo/console-gate.ts';
import { registerServer } from './demo/register-server.ts';
import { DEFAULT_PORT, freePort, startTandem, type TandemProcess } from './demo/tandem-process.ts';
import { labKind } from './lab-kind.ts';
import { belongsInNamespace, missingForNamespace, runInNamespace } from './lab-namespace.ts';

const project = path.resolve(import.meta.dirname, '../..');
/** Root's embedded database runs as a user who cannot enter a checkout in root's home. */
function stateDirectory(): string {
  const inside = path.join(project, '.lab/demo/state');
  const closed = process.getuid?.() === 0 && closedFolder(inside, null) !== null;
  return closed ? path.join(tmpdir(), 'tandem-demo') : inside;
}

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: path.join(project, '.lab/demo') },
    'state-dir': { type: 'string', default: stateDirectory() },
    lab: { type: 'string' },
    port: { type: 'string' },
    'hosts-only': { type: 'boolean', default: false },
  },
});

const lab = await chooseLab(readLab(values.lab));

/** Path of the socket through which a browser outside the namespace reaches the console inside. */
const GATE_VARIABLE = 'TANDEM_DEMO_GATE';

const account = {
  name: 'Demo Administrator',
  email: 'admin@demo.example',
  password: process.env['TANDEM_DEMO_PASSWORD'] ?? randomBytes(9).toString('base64url'),
};

/** What stops that which was started; run last first, however the demo ends. */
const stops: (() => Promise<void>)[] = [];
const stopping = new AbortController();
const interrupted = new Promise<void>((resolve) => {
  stopping.signal.addEventListener('abort', () => resolve(), { once: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
});
/** Starts under way: an interrupted demo lets them end before it stops what they started. */
const starting: Promise<unknown>[] = [];

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function startHosts(): Promise<DemoHosts> {
  const start = lab === 'containers' ? startWholeServers : startPracticeHosts;
  await mkdir(values.dir, { recursive: true });
  const hosts = await start(values.dir);
  stops.push(() => hosts.stop());
  return hosts;
}

async function startConsole(): Promise<TandemProcess> {
  const tandem = await startTandem({
    stateDirectory: values['state-dir'],
    logFile: path.join(values.dir, 'tandem.log'),
    signal: stopping.signal,
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
  });
  stops.push(() => tandem.stop());
  const gate = process.env[GATE_VARIABLE];
  if (gate !== undefined) await openInnerGate(gate, Number(new URL(tandem.url).port));
  return tandem;
}

/** What a person would do in the browser first: account, servers, the pair that exists. */
async function prepareConsole(tandem: TandemProcess, hosts: DemoHosts): Promise<void> {
  const client = await claimConsole(tandem.url, account);
  const servers = await Promise.all(hosts.hosts.map((host) => registerServer(client, host)));
  const idOf = (name: string): string => servers.find((server) => server.name === name)?.id ?? '';
  await adoptPair(client, {
    name: 'shop',
    pair: hosts.pair,
    primaryServerId: idOf('db1'),
    standbyServerId: idOf('db2'),
  });
}

/** The same demo inside a namespace of the user's, with a gate for the browser; resolves with the exit code. */
async function demoAsUser(): Promise<number> {
  const port = values.port === undefined ? await freePort(DEFAULT_PORT) : Number(values.port);
  const directory = await mkdtemp(path.join(tmpdir(), 'tandem-demo-'));
  const gate = path.join(directory, 'console');
  const server = await openOuterGate(port, gate);
  try {
    const args = [...process.argv.slice(1).filter((word) => !word.startsWith('--port')), `--port=${port}`];
    return await runInNamespace(args, { [GATE_VARIABLE]: gate });
  } finally {
    server.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Hosts that share a network and a disk: what the wizard proposes by itself is taken by a neighbour. */
async function sayWhatLoopbackLacks(): Promise<void> {
  const missing = process.getuid?.() === 0 ? null : await missingForNamespace();
  say(
    '\n  This system gives no networks of their own to practice hosts: they are addresses, ports and folders',
  );
  say('  of this machine, and no network can be cut. A new standby needs a directory and port of its own.');
  if (missing !== null) say(`  With networks of their own: ${missing}`);
}

async function run(): Promise<void> {
  const startedAt = performance.now();
  say('Starting four practice hosts and Tandem …');
  if (lab === 'containers')
    say(
      '  Each is a whole server in a container (--lab=processes: lighter ones). The first time, images are made.',
    );
  const starts = [startHosts(), values['hosts-only'] ? Promise.resolve(null) : startConsole()] as const;
  starting.push(...starts);
  const [hosts, tandem] = await Promise.all(starts);
  if (tandem !== null) await prepareConsole(tandem, hosts);
  say(`Ready after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s.\n`);
  // A namespace of an ordinary user has networks that nothing outside reaches.
  const reachable = process.env[GATE_VARIABLE] === undefined;
  for (const { name, address, sshPort, user } of hosts.hosts) {
    const login = `ssh -i ${values.dir}/login-key -p ${sshPort} ${user}@${address}`;
    say(`  ${name}   ${reachable ? login : address}`);
  }
  if (lab === 'processes' && labKind() === 'loopback') await sayWhatLoopbackLacks();
  say(`\n  ${hosts.said}`);
  if (tandem !== null) {
    say(`\n  Open      ${tandem.url}\n  E-mail    ${account.email}\n  Password  ${account.password}\n`);
  }
  say('Ctrl-C removes everything.');
  await Promise.race([interrupted, tandem?.ended ?? interrupted]);
}

if (lab === 'processes' && (await belongsInNamespace())) process.exit(await demoAsUser());

try {
  await Promise.race([run(), interrupted]);
} catch (thrown) {
  process.stderr.write(`${describeFailure(thrown)}\n`);
  process.exitCode = 1;
} finally {
  say('Removing practice hosts and Tandem …');
  stopping.abort();
  await Promise.allSettled(starting);
  for (const stop of stops.reverse())
    await stop().catch((thrown: unknown) => process.stderr.write(`${String(thrown)}\n`));
  process.exit();
}
