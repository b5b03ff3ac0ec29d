import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secret } from '#server/domain/secret.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { ADA, startTandem, type TestTandem } from './tandem/start-tandem.ts';

const PASSWORD = 'horse staple battery';

let dir: string;
let lab: Lab;
let tandem: TestTandem;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-lab-'));
  [lab, tandem] = await Promise.all([
    startLab({ dir, hosts: [{ name: 'db1', password: PASSWORD }] }),
    startTandem(),
  ]);
  await tandem.startWorker();
});
afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** A server with a key that Tandem made and installed with a password that was used once. */
async function addWithOwnKey(): Promise<string> {
  const { servers } = tandem.services;
  const host = lab.host('db1');
  const at = { host: host.address, port: host.sshPort, username: host.user, jumpServerId: null };
  const credential = { kind: 'generated-key' } as const;
  const { id } = await servers.create({ name: 'db1', ...at, credential, sudoPassword: null }, ADA);
  await tandem.finished(await servers.check(id, [], ADA));
  const { offeredHostKey } = await servers.get(id);
  await servers.approveHostKey(id, offeredHostKey?.fingerprint ?? '', ADA);
  expect((await tandem.finished(await servers.installKey(id, new Secret(PASSWORD), ADA))).status).toBe(
    'succeeded',
  );
  return id;
}

const keysOf = () => readFile(lab.host('db1').outside('/home/dba/.ssh/authorized_keys'), 'utf8');

it.each([
  [true, 'takes its own key away and leaves the others'],
  [false, 'leaves the key where it is'],
])('with takeKey %s a removed server %s', async (takeKey) => {
  const id = await addWithOwnKey();
  const { publicKey } = await tandem.services.servers.get(id);
  const before = await keysOf();
  expect(before).toContain(publicKey);
  const plan = await tandem.services.servers.removalPlan(id, takeKey);
  const request = { id, takeKey, planHash: plan.hash, idempotencyKey: `test-${takeKey}` };
  const run = await tandem.finished(await tandem.services.servers.remove(request, ADA));
  expect(run.status).toBe('succeeded');
  expect(await keysOf()).toBe(takeKey ? before.replace(`${publicKey}\n`, '') : before);
  expect(await tandem.services.servers.list()).toEqual([]);
  expect(await tandem.prisma.secret.count({ where: { purpose: { contains: 'db1' } } })).toBe(0);
});
