import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { requireMasterKey } from '#server/adapters/secrets/require-master-key.ts';
import { createSecretStore } from '#server/adapters/secrets/secret-store.ts';
import { createSecretRows } from '#server/adapters/store/secret-rows.ts';
import { Secret } from '#server/domain/secret.ts';
import { scramVerifier } from '#server/operations/scram-verifier.ts';
import { parseSetupInput } from '#server/operations/setup-standby/input.ts';
import { requireProgram } from '#e2e/lab/processes/run-program.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { LeakSearch } from './canary/leak-search.ts';
import { sampleProcesses } from './canary/process-sampler.ts';
import { answersOf } from './canary/tandem-answers.ts';
import { openEveryPage, type WebPages } from './canary/web-pages.ts';
import { until } from './platform/until.ts';
import { ADA, startTandem, type TestTandem } from './tandem/start-tandem.ts';

const SUDO_PASSWORD = 'canary-sudo+4711/ßÜ"\'$x';
const ACCOUNT = { name: 'Ada', email: 'ada@example.org', password: 'canary-sign-in #2&<ü>' };
const TYPO = 'canary-typed-wrong /4711 <b>';
const PASSPHRASE = 'canary-passphrase \\ 0815 "';

let dir: string;
let lab: Lab;
let primary: LabPostgres;
let tandem: TestTandem;
let privateKey: string;
let stateDirectory: string;
let masterKey: string;
let secrets: Record<string, string>;
const processes: [place: string, content: Buffer][] = [];
const workerOutput: string[] = [];
let web: WebPages;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-canary-'));
  const host = (name: string) => ({ name, password: SUDO_PASSWORD, sudo: 'password' as const });
  [lab, tandem] = await Promise.all([startLab({ dir, hosts: [host('db1'), host('db2')] }), startTandem()]);
  primary = await lab.createPrimary('db1', {
    shopDatabaseMb: 5,
    settings: {
      log_statement: 'all',
      log_connections: 'on',
      log_duration: 'on',
      log_replication_commands: 'on',
    },
  });
  const file = path.join(dir, 'canary-key');
  const options = ['-q', '-t', 'ed25519', '-N', PASSPHRASE, '-C', 'canary', '-f', file];
  await requireProgram(['ssh-keygen', ...options], { elevated: false });
  privateKey = await readFile(file, 'utf8');
  const publicLine = await readFile(`${file}.pub`, 'utf8');
  await rm(file);
  for (const one of lab.hosts) await one.authorizeKey(publicLine);

  // From here on every process of the machine is looked at.
  const sampler = sampleProcesses({
    search: (place, content) => processes.push([place, Buffer.from(content)]),
  });
  const { operationId, environment } = await setUp();
  web = await openEveryPage(tandem.services, { ...environment, TANDEM_LOG_LEVEL: 'debug' }, ACCOUNT, TYPO);
  sampler.stop();
  secrets = await secretsOf(operationId);
}, 400_000);
afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Adds both servers with everything that can be secret of them, and builds the standby. */
async function setUp(): Promise<{ operationId: string; environment: Record<string, string> }> {
  const worker = await tandem.startWorker({ TANDEM_LOG_LEVEL: 'debug' });
  const environment = new Map(
    (await readFile(`/proc/${worker.pid}/environ`, 'utf8')).split('\0').map((v): [string, string] => {
      const at = v.indexOf('=');
      return [v.slice(0, at), v.slice(at + 1)];
    }),
  );
  stateDirectory = environment.get('TANDEM_STATE_DIR') ?? '';
  masterKey = environment.get('TANDEM_MASTER_KEY') ?? '';
  const ids = [await addServer('db1'), await addServer('db2')];
  const answers = {
    primaryServerId: ids[0] ?? '',
    primaryDataDirectory: primary.location.dataDirectory,
    standbyServerId: ids[1] ?? '',
  };
  // One that stays a draft, whose plan its page shows.
  await tandem.plan({ ...answers, name: 'not approved' });
  const { draftId, planId, plan } = await tandem.plan({ ...answers, name: 'shop' });
  workerOutput.push(await tandem.services.drafts.exportScript(draftId, planId), JSON.stringify(plan));
  const id = await tandem.services.drafts.approve(draftId, planId, plan.hash, null, ADA);
  const run = await tandem.finished(id);
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
  const [pair] = await tandem.services.pairs.list();
  await until('the pair is healthy', 15_000, async () => {
    const { sample } = await tandem.services.pairs.get(pair?.id ?? '');
    return sample?.diagnosis.code === 'healthy';
  });
  // A stopping worker may say something as well.
  worker.kill('SIGTERM');
  await once(worker, 'exit');
  return { operationId: id, environment: Object.fromEntries(environment) };
}

async function addServer(name: string): Promise<string> {
  const { servers } = tandem.services;
  const { address, sshPort, user } = lab.host(name);
  const credential = {
    kind: 'private-key' as const,
    privateKey: new Secret(privateKey),
    passphrase: new Secret(PASSPHRASE),
  };
  const sudoPassword = new Secret(SUDO_PASSWORD);
  const { id } = await servers.create(
    { name, host: address, port: sshPort, username: user, jumpServerId: null, credential, sudoPassword },
    ADA,
  );
  await tandem.finished(await servers.check(id, [], ADA));
  const { offeredHostKey } = await servers.get(id);
  await servers.approveHostKey(id, offeredHostKey?.fingerprint ?? '', ADA);
  await tandem.finished(await servers.check(id, ['host-key'], ADA));
  const server = await servers.get(id);
  expect([server.status, server.facts?.sudo]).toEqual(['verified', 'password']);
  return id;
}

/** Everything that Tandem knows and nobody else may see, read from its own secret store. */
async function secretsOf(operationId: string): Promise<Record<string, string>> {
  const rows = createSecretRows(tandem.prisma);
  const store = createSecretStore(
    await requireMasterKey({ masterKey, stateDirectory }, rows),
    rows,
    systemIds,
  );
  const all: Record<string, string> = {};
  for (const { id, purpose } of await tandem.prisma.secret.findMany())
    all[`${purpose} ${id}`] = (await store.get(id)).reveal();
  const { roles } = parseSetupInput(
    (await tandem.prisma.operation.findUniqueOrThrow({ where: { id: operationId } })).input,
  );
  for (const role of Object.values(roles)) {
    const verifier = scramVerifier(await store.get(role.secretId), role.salt).reveal();
    all[`verifier of ${role.name}`] = verifier.slice(verifier.lastIndexOf('$') + 1);
  }
  all['password of the administrator'] = ACCOUNT.password;
  all['typed where it does not belong'] = TYPO;
  // A key may be printed line by line.
  all['a line of the private key'] = privateKey.split('\n')[2] ?? '';
  return all;
}

/** All that a server logged, also after Tandem started it anew. */
async function logs(server: LabPostgres): Promise<string> {
  const started = await server.host.run(['sh', '-c', 'cat "$HOME"/.local/state/tandem/log/*.log']);
  return (await server.log()) + started.stdout;
}

/** Where libpq reads the passwords (0600), and files in which PostgreSQL itself keeps verifiers. */
const legitimate = (file: string): boolean =>
  file.endsWith('/tandem.pgpass') || /\/data\/(base|global|pg_wal)\//.test(file);

async function searchEverything(search: LeakSearch): Promise<void> {
  for (const [place, content] of processes) search.search(place, content);
  search.search('output of the worker', tandem.workerOutput());
  for (const text of workerOutput) search.search('plan and export', text);
  for (const [name, answer] of await answersOf(tandem.services)) search.search(`answer of ${name}`, answer);
  search.search('output of the web process', web.output);
  for (const [address, html] of web.pages) search.search(`page ${address}`, html);
  search.search('live stream', JSON.stringify(tandem.live.recent(0)));
  await search.searchDatabase(tandem.databaseUrl);
  // The rows of the control database were searched already, value by value.
  search.searchFolder(stateDirectory, (file) => file.includes('/postgres/data/'));
  search.searchFolder(path.join(lab.dir, 'hosts'), legitimate);
}

describe('the secrets of a whole setup', () => {
  it('are the ones that are in use: they are found where they belong', () => {
    expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(13);
    const search = new LeakSearch(secrets);
    search.searchFolder(path.join(lab.dir, 'hosts'), (file) => !file.endsWith('/tandem.pgpass'));
    const found = new Set(search.leaks.map((leak) => leak.secret.replace(/ [^ ]+$/, '')));
    expect([...found].sort()).toEqual([
      'password of the role tandem_replication',
      'password of the role tandem_rewind',
    ]);
    expect(search.leaks.map((leak) => leak.place)).toHaveLength(4);
  });

  it('are in no log, table, answer, file, command line or environment', async () => {
    const search = new LeakSearch(secrets);
    await searchEverything(search);
    expect(search.leaks).toEqual([]);
    process.stdout.write(
      `searched ${Math.round(search.bytesSearched / 1024 / 1024)} MiB for ${Object.keys(secrets).length} secrets\n`,
    );
  });

  it('were searched for where they pass by: in statements, and in processes of both hosts', async () => {
    expect(await logs(primary)).toContain('statement: SELECT pg_create_physical_replication_slot');
    const programs = processes.map(([, content]) => content.toString());
    for (const program of ['psql', 'pg_basebackup', 'sudo'])
      expect([program, programs.some((p) => p.includes(program))]).toEqual([program, true]);
  });

  it('were searched for in pages that show what there is', () => {
    expect(web.pages.size).toBeGreaterThanOrEqual(15);
    const shown = [...web.pages].map(
      ([address, html]) => [address.replace(/[^/]{20,}/g, '*'), html] as const,
    );
    for (const address of ['/', '/servers', '/servers/*', '/pairs/*', '/operations/*', '/pairs/new/*/review'])
      expect([address, shown.some(([a, html]) => a === address && /db1/.test(html))]).toEqual([
        address,
        true,
      ]);
    expect(web.output).toContain('Ready');
  });

  it('would be found in each of these places', async () => {
    const value = SUDO_PASSWORD;
    const planted = new LeakSearch({ 'sudo password': value });
    await writeFile(lab.host('db2').outside('/tmp/planted'), `password=${encodeURIComponent(value)}`);
    await writeFile(path.join(stateDirectory, 'planted'), Buffer.from(value).toString('base64'));
    const server = (await tandem.services.servers.list())[0];
    await tandem.prisma.auditEntry.create({
      data: { actor: 'test', action: 'planted', target: server?.id ?? '', details: { deep: [value] } },
    });
    await primary.sql(`SELECT '${value.replaceAll("'", "''")}'`);
    web.pages.set('/planted', `<p title="${encodeURIComponent(value)}">`);
    await searchEverything(planted);
    const places = planted.leaks.map((leak) => leak.place).join('\n');
    for (const place of [
      '/tmp/planted',
      `${stateDirectory}/planted`,
      'table public.audit_entry',
      '.log',
      'page /planted',
    ])
      expect(places).toContain(place);
  });
});
