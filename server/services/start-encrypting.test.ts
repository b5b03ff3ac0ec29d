import { beforeAll, describe, expect, it } from 'vitest';
import { createPairAuthority } from '#server/adapters/certificates/pair-authority.ts';
import { seenOf, type EncryptWay } from '#server/domain/assessment.ts';
import { Secret } from '#server/domain/secret.ts';
import { AppError } from '#server/errors/app-error.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import { blankAssessment } from '#server/operations/change/blank-assessment.ts';
import { encryptReplication } from '#server/operations/encrypt-replication/encrypt-replication.ts';
import { parseEncryptInput } from '#server/operations/encrypt-replication/input.ts';
import type { ChangePair, ChangeStore } from '#server/ports/change-store.ts';
import { makeCertificate, type MadeCertificate } from '#server/testing/make-certificate.ts';
import { MemoryStore } from '#server/testing/memory-store.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { createChangesService, type ChangesDeps } from './changes-service.ts';
import type { ChangeRequest } from './services.ts';

const ADA = { userId: 'ada', name: 'Ada' };
const nowMs = new TestClock().nowMs();
const member = (serverName: string, address: string) => ({
  serverId: `s-${serverName}`,
  serverName,
  instanceId: `i-${serverName}`,
  location: plainLocation({}),
  address,
  hbaFile: '/data/pg_hba.conf',
  monitorRole: 'm',
  monitorSecretId: 'm',
  superuser: 'postgres',
});
const sides = { primary: member('db1', '10.0.0.1'), standby: member('db2', '10.0.0.2') };

let root: MadeCertificate;
let certificates: NonNullable<ChangeRequest['certificates']>;

beforeAll(async () => {
  root = await makeCertificate({ nowMs, commonName: 'Company', ca: true, days: 900 });
  const given = async (ip: string) => {
    const made = await makeCertificate({ nowMs, commonName: 'db', issuer: root, ips: [ip] });
    return { certificate: new Secret(made.pem), key: new Secret(made.keyPem) };
  };
  certificates = {
    authority: new Secret(root.pem),
    primary: await given('10.0.0.1'),
    standby: await given('10.0.0.2'),
  };
});

async function setUp(way: EncryptWay, tls: ChangePair['tls'] = null) {
  const clock = new TestClock();
  const store = new MemoryStore(clock);
  const input = parseEncryptInput({
    ...{ pairId: 'p1', pairName: 'shop', epoch: 1, slotName: 's', replicationRole: 'r', rewindRole: 'w' },
    ...{ renewal: tls !== null, way, material: null, ...sides },
  });
  // What a step would do to the file of rules is looked up on the host; here it does not matter.
  const world = { primary: NO_FILES, standby: NO_FILES } as never;
  const extras = { gates: [], confirmation: null, outageMs: 0, networkBytes: 0, madeAtMs: 0 };
  const plan = await makePlan(encryptReplication, { world, input }, extras);
  const pair = {
    pairId: 'p1',
    name: 'shop',
    epoch: 1,
    majorVersion: 15,
    runningOperationId: null,
    tls,
    ...sides,
  } as unknown as ChangePair;
  const frame = { ids: { newId: () => 'look', randomText: () => 'x' }, pair, kind: 'encrypt' as const };
  const [oldPrimary, newPrimary] = [sides.primary, sides.standby];
  const blank = blankAssessment({ ...frame, takenAtMs: clock.nowMs(), oldPrimary, newPrimary });
  const assessment = { ...blank, readiness: 'ready' as const, plan, chosenWay: way };
  const changes = {
    pairs: async () => [pair],
    read: async () => ({ assessment, input }),
    epochOf: async () => 1,
    surroundingsOf: async () => ({ hooks: [], routes: [], encrypted: tls !== null, tlsNames: {} }),
  } as unknown as ChangeStore;
  const kept = new Map<string, Secret>([['ca', new Secret('x')]]);
  let n = 0;
  const deps = {
    ...{ store, clock, changes, ids: { newId: () => `id-${(n += 1)}`, randomText: () => 'x' } },
    authority: createPairAuthority(() => clock.nowMs()),
    secrets: {
      put: async (purpose: string, secret: Secret) => {
        kept.set(`${purpose} ${(n += 1)}`, secret);
        return `${purpose} ${n}`;
      },
      get: async (id: string) => kept.get(id),
      remove: async (id: string) => void kept.delete(id),
    },
    queue: { wake: async () => undefined, stop: async () => undefined },
    audit: { append: async () => undefined },
  } as unknown as ChangesDeps;
  const service = createChangesService(deps);
  const request: ChangeRequest = {
    ...{ pairId: 'p1', kind: 'encrypt', way, seen: seenOf(assessment), confirmation: null, ticks: [] },
    ...{ reason: null, outageLimitMs: 30_000, syncWhileAlone: 'release', idempotencyKey: 'key-1234' },
  };
  const start = (o: Partial<ChangeRequest>) => service.start({ ...request, ...o }, ADA);
  return { store, service, start, kept };
}

const NO_FILES = {
  files: { read: async () => Buffer.from(''), stat: async () => null },
};
const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (thrown: unknown) => (thrown instanceof AppError ? thrown.toProblem() : thrown),
  );

describe('starting to encrypt', () => {
  it('keeps the keys of one’s own as secrets, and no text of them anywhere in the run', async () => {
    const { start, store, kept } = await setUp('own-certificates');
    const run = await store.load(await start({ certificates }));
    const input = parseEncryptInput(run?.input);
    expect(input.material?.authority.keySecretId).toBeNull();
    expect([...kept.keys()].filter((id) => id.startsWith('TLS key'))).toEqual([
      input.material?.primary.keySecretId,
      input.material?.standby.keySecretId,
    ]);
    expect(JSON.stringify([run?.input, run?.plan])).not.toContain('PRIVATE KEY');
  });

  it('stores nothing when a certificate cannot be used, and names its field and what mends it', async () => {
    const { start, kept } = await setUp('own-certificates');
    const swapped = { ...certificates, primary: certificates.standby };
    expect(await problemOf(start({ certificates: swapped }))).toMatchObject({
      code: 'INVALID_INPUT',
      data: { field: 'primary.certificate' },
      hint: 'Have it issued with subjectAltName IP:10.0.0.1.',
    });
    expect([...kept.keys()]).toEqual(['ca']);
  });

  it.each([
    ['a plan of one’s own without any', 'own-certificates', null, 'certificates'],
    ['some for a plan that makes them', 'pair-authority', 'given', 'way'],
  ] as const)('refuses %s', async (_what, way, given, field) => {
    const { start } = await setUp(way);
    const problem = await problemOf(start({ certificates: given === null ? null : certificates }));
    expect(problem).toMatchObject({ code: 'INVALID_INPUT', data: { field } });
  });

  it('keeps each key once, however often the button is pressed', async () => {
    const { start, kept } = await setUp('own-certificates');
    const [first, second] = [await start({ certificates }), await start({ certificates })];
    expect(second).toBe(first);
    expect(kept.size).toBe(3);
  });

  it('keeps no key when another run works on the pair', async () => {
    const { start, kept } = await setUp('own-certificates');
    await start({ certificates });
    const problem = await problemOf(start({ certificates, idempotencyKey: 'another key' }));
    expect(problem).toMatchObject({ code: 'OPERATION_ALREADY_RUNNING' });
    expect(kept.size).toBe(3);
  });

  it('makes a new authority for a pair that had certificates of somebody else', async () => {
    const tls = { caSecretId: null, caCertificate: root.pem, notAfterMs: nowMs, names: {} };
    const { start, store } = await setUp('pair-authority', tls);
    const { material } = parseEncryptInput((await store.load(await start({})))?.input);
    expect(material?.authority.keySecretId).toContain('authority of the pair shop');
    expect(material?.authority.certificate).not.toBe(root.pem);
  });

  it('keeps nothing of what it made when another run works on the pair', async () => {
    const { start, kept } = await setUp('pair-authority');
    await start({});
    const size = kept.size;
    await problemOf(start({ idempotencyKey: 'another key' }));
    expect(kept.size).toBe(size);
  });

  it('judges certificates without storing them', async () => {
    const { service, kept } = await setUp('own-certificates');
    const verdict = await service.checkCertificates('p1', certificates);
    expect(verdict.problems).toEqual([]);
    expect(verdict.certificates.map((each) => each.server)).toEqual(['db1', 'db2']);
    expect(await problemOf(service.checkCertificates('p2', certificates))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect([...kept.keys()]).toEqual(['ca']);
  });
});
