import { describe, expect, test } from 'vitest';
import type { NewOperation, OperationStore } from '#server/ports/operation-store.ts';
import { codeOf } from './error-code-of.ts';

/** A store under test, with a way to let leases run out. */
export interface OperationStoreUnderTest {
  store: OperationStore;
  /** Lets `ms` pass on the clock that leases are counted by. */
  elapse(ms: number): Promise<void>;
}

const LEASE_MS = 60_000;
/** Short enough to wait for on a real clock. */
const SHORT_MS = 40;

let made = 0;
/** Ids of their own for every test: stores are shared. */
function newOperation(o: Partial<NewOperation> = {}): NewOperation {
  made += 1;
  const id = `operation-${made}`;
  return {
    id,
    kind: 'probe-host',
    version: 1,
    plan: {
      operation: 'probe-host',
      title: { en: 'Look', de: 'Ansehen' },
      steps: [],
      pointOfNoReturn: null,
      gates: [],
      confirmation: null,
      hash: 'hash',
      outageMs: 0,
      networkBytes: null,
      expectedMs: 0,
      madeAtMs: 0,
    },
    pairId: null,
    serverId: null,
    input: { name: id },
    startedBy: 'Ada',
    idempotencyKey: null,
    locks: [`lock-${made}`],
    ...o,
  };
}

/** What every OperationStore guarantees: the one in memory and the one in the control database. */
export function operationStoreContract(name: string, get: () => OperationStoreUnderTest): void {
  const claim = async (id: string, leaseMs = LEASE_MS) => {
    const claimed = await get().store.claim('worker', leaseMs, id);
    if (claimed === null) throw new Error(`nothing to claim: ${id}`);
    return claimed;
  };
  const started = async (o: Partial<NewOperation> = {}) => {
    const wanted = newOperation(o);
    await get().store.create(wanted);
    const { lease } = await claim(wanted.id);
    await get().store.patch(lease, { status: 'running' });
    return { id: wanted.id, locks: wanted.locks, lease };
  };
  describe(`operation store: ${name}`, () => {
    creation(get, started);
    leases(get, claim, started);
    attempts(get, started);
    decisions(get, started);
  });
}

type Get = () => OperationStoreUnderTest;
type Started = (o?: Partial<NewOperation>) => Promise<{
  id: string;
  locks: readonly string[];
  lease: { operationId: string; token: bigint };
}>;
type Claim = (id: string, leaseMs?: number) => Promise<{ lease: { operationId: string; token: bigint } }>;

function creation(get: Get, started: Started): void {
  test('keeps what it was given and begins queued, without a lease', async () => {
    const { store } = get();
    const wanted = newOperation({ input: { deep: [1, null, 'ü'] } });
    expect(await store.create(wanted)).toEqual({ id: wanted.id, existed: false });
    expect(await store.load(wanted.id)).toMatchObject({
      status: 'queued',
      cursor: 0,
      committed: false,
      input: { deep: [1, null, 'ü'] },
      plan: wanted.plan,
      planHash: 'hash',
      leaseExpiresAtMs: null,
      cancelRequested: false,
      attempts: [],
      problem: null,
      startedAtMs: null,
      finishedAtMs: null,
    });
  });

  test('answers null for an operation that does not exist', async () => {
    expect(await get().store.load('nobody')).toBeNull();
  });

  test('lands a second start with the same key on the first operation', async () => {
    const { store } = get();
    const first = newOperation({ idempotencyKey: 'one click' });
    const second = newOperation({ idempotencyKey: 'one click', locks: ['another lock'] });
    await store.create(first);
    expect(await store.create(second)).toEqual({ id: first.id, existed: true });
    expect(await store.load(second.id)).toBeNull();
    expect(await store.idOfKey('one click')).toBe(first.id);
    expect(await store.idOfKey('no click')).toBeNull();
    await store.create(newOperation({ locks: ['another lock'] }));
  });

  test('lands simultaneous starts with the same key on one operation', async () => {
    const { store } = get();
    const locks = ['two clicks'];
    const starts = [1, 2, 3].map(() => newOperation({ idempotencyKey: 'two clicks', locks }));
    const answers = await Promise.all(starts.map((o) => store.create(o)));
    expect(new Set(answers.map((a) => a.id)).size).toBe(1);
    expect(answers.filter((a) => !a.existed)).toHaveLength(1);
  });

  test('refuses a second operation on a locked resource, names the holder, and keeps none of its locks', async () => {
    const { store } = get();
    const holder = await started();
    const free = `free of ${holder.id}`;
    const refused = store.create(newOperation({ locks: [free, ...holder.locks] }));
    await expect(refused).rejects.toMatchObject({
      code: 'OPERATION_ALREADY_RUNNING',
      data: { operationId: holder.id },
    });
    await store.create(newOperation({ locks: [free] }));
  });

  test.each(['succeeded', 'undone', 'closed'] as const)(
    'gives the locks back with status %s',
    async (end) => {
      const { store } = get();
      const { id, locks, lease } = await started();
      if (end === 'undone') await store.patch(lease, { status: 'undoing' });
      if (end === 'closed') await store.patch(lease, { status: 'needs-attention' });
      expect(await codeOf(store.create(newOperation({ locks })))).toBe('OPERATION_ALREADY_RUNNING');
      if (end === 'closed') await store.decide(id, 'closed', 'looked at it');
      else await store.patch(lease, { status: end });
      await store.create(newOperation({ locks }));
      expect((await store.load(id))?.finishedAtMs).not.toBeNull();
    },
  );
}

function leases(get: Get, claim: Claim, started: Started): void {
  test('gives a higher token with every claim, across operations', async () => {
    const { store } = get();
    const [a, b] = [newOperation(), newOperation()];
    await store.create(a);
    await store.create(b);
    const first = await claim(b.id, SHORT_MS);
    const second = await claim(a.id);
    await get().elapse(2 * SHORT_MS);
    const third = await claim(b.id);
    expect(second.lease.token).toBeGreaterThan(first.lease.token);
    expect(third.lease.token).toBeGreaterThan(second.lease.token);
  });

  test('gives an operation under a lease to nobody else', async () => {
    const { id } = await started();
    expect(await get().store.claim('another', LEASE_MS, id)).toBeNull();
    expect(await get().store.findClaimable()).not.toContain(id);
  });

  test('gives a queued operation to one of many workers that ask at once', async () => {
    const { store } = get();
    const o = newOperation();
    await store.create(o);
    const claims = await Promise.all([1, 2, 3, 4].map((n) => store.claim(`worker ${n}`, LEASE_MS, o.id)));
    expect(claims.filter((c) => c !== null)).toHaveLength(1);
  });

  test('offers an operation again when its lease ran out or was given back, unless a heartbeat kept it', async () => {
    const { store } = get();
    const o = newOperation();
    await store.create(o);
    expect(await store.findClaimable()).toContain(o.id);
    const { lease } = await claim(o.id, SHORT_MS);
    expect(await store.heartbeat(lease, LEASE_MS)).toBe(true);
    await get().elapse(2 * SHORT_MS);
    expect(await store.claim('another', LEASE_MS, o.id)).toBeNull();
    await store.release(lease);
    expect(await store.findClaimable()).toContain(o.id);
    expect(await store.claim('another', LEASE_MS, o.id)).not.toBeNull();
    expect(await store.heartbeat(lease, LEASE_MS)).toBe(false);
  });

  test('rejects every write under an older lease with LEASE_LOST and changes nothing', async () => {
    const { store } = get();
    const o = newOperation();
    await store.create(o);
    const { lease: old } = await claim(o.id, SHORT_MS);
    await store.patch(old, { status: 'running' });
    const attempt = await store.beginAttempt(old, 'one', 'forward');
    await get().elapse(2 * SHORT_MS);
    const { lease } = await claim(o.id);
    const before = await store.load(o.id);
    const bytes = { doneBytes: 1, totalBytes: 2, bytesPerSecond: null, etaMs: null, phase: null };
    for (const write of [
      () => store.patch(old, { cursor: 7 }),
      () => store.beginAttempt(old, 'two', 'forward'),
      () => store.remember(old, attempt.id, { a: 1 }),
      () => store.progress(old, attempt.id, bytes),
      () => store.finishAttempt(old, attempt.id, { status: 'done' }, { cursor: 1 }),
    ]) {
      expect(await codeOf(write())).toBe('LEASE_LOST');
    }
    await store.release(old);
    expect(await store.load(o.id)).toEqual(before);
    expect(await store.heartbeat(lease, LEASE_MS)).toBe(true);
  });

  test('gives a terminal operation to nobody', async () => {
    const { store } = get();
    const { id, lease } = await started();
    await store.patch(lease, { status: 'succeeded' });
    await store.release(lease);
    expect(await store.claim('another', LEASE_MS, id)).toBeNull();
    expect(await store.findClaimable()).not.toContain(id);
  });
}

function attempts(get: Get, started: Started): void {
  test('numbers attempts per step and direction and marks open ones as interrupted', async () => {
    const { store } = get();
    const { id, lease } = await started();
    const first = await store.beginAttempt(lease, 'one', 'forward');
    await store.remember(lease, first.id, { before: 'x' });
    await store.beginAttempt(lease, 'one', 'forward');
    await store.beginAttempt(lease, 'one', 'undo');
    await store.beginAttempt(lease, 'two', 'forward');
    const found = (await store.load(id))?.attempts.map((a) => [a.stepName, a.direction, a.attempt, a.status]);
    expect(found).toEqual([
      ['one', 'forward', 1, 'interrupted'],
      ['one', 'forward', 2, 'interrupted'],
      ['one', 'undo', 1, 'interrupted'],
      ['two', 'forward', 1, 'started'],
    ]);
    expect((await store.load(id))?.attempts[0]?.remembered).toEqual({ before: 'x' });
  });

  test('finishes an attempt and moves the operation on in one write', async () => {
    const { store } = get();
    const { id, lease } = await started();
    const attempt = await store.beginAttempt(lease, 'one', 'forward');
    await store.finishAttempt(lease, attempt.id, { status: 'done', output: { rows: 3 } }, { cursor: 1 });
    const found = await store.load(id);
    expect(found?.cursor).toBe(1);
    expect(found?.attempts[0]).toMatchObject({ status: 'done', output: { rows: 3 }, problem: null });
    expect(found?.attempts[0]?.finishedAtMs).not.toBeNull();
  });

  test('ends one attempt and begins the next in one write, and commits with it', async () => {
    const { store } = get();
    const { id, lease } = await started();
    const first = await store.beginAttempt(lease, 'one', 'forward');
    const finished = { attemptId: first.id, status: 'done' as const, output: { rows: 3 } };
    const next = await store.advance(lease, finished, { cursor: 1, step: 'two', commit: true });
    expect(next).toMatchObject({ stepName: 'two', attempt: 1, status: 'started', remembered: null });
    const found = await store.load(id);
    expect(found).toMatchObject({ cursor: 1, committed: true });
    expect(found?.attempts).toMatchObject([{ status: 'done', output: { rows: 3 } }, { status: 'started' }]);
  });

  test('begins nothing and commits nothing once a person wished to cancel', async () => {
    const { store } = get();
    const { id, lease } = await started();
    const first = await store.beginAttempt(lease, 'one', 'forward');
    await store.requestCancel(id);
    const finished = { attemptId: first.id, status: 'done' as const, output: null };
    expect(await store.advance(lease, finished, { cursor: 1, step: 'two', commit: true })).toBeNull();
    const found = await store.load(id);
    expect(found).toMatchObject({ cursor: 1, committed: false });
    expect(found?.attempts).toMatchObject([{ status: 'done' }]);
  });

  test('refuses to go on from an attempt that is over, or under an older lease', async () => {
    const { store } = get();
    const { id, lease } = await started();
    const first = await store.beginAttempt(lease, 'one', 'forward');
    const finished = { attemptId: first.id, status: 'done' as const, output: null };
    const next = { cursor: 1, step: 'two', commit: false };
    const old = { ...lease, token: lease.token - 1n };
    expect(await codeOf(store.advance(old, finished, next))).toBe('LEASE_LOST');
    await store.advance(lease, finished, next);
    const before = await store.load(id);
    expect(await codeOf(store.advance(lease, finished, next))).toBe('LEASE_LOST');
    expect(await store.load(id)).toEqual(before);
  });

  test('refuses to change an attempt that is over, and what comes with it', async () => {
    const { store } = get();
    const { id, lease } = await started();
    const attempt = await store.beginAttempt(lease, 'one', 'forward');
    await store.finishAttempt(lease, attempt.id, { status: 'done' }, { cursor: 1 });
    const before = await store.load(id);
    expect(await codeOf(store.remember(lease, attempt.id, { late: true }))).not.toBeNull();
    const again = store.finishAttempt(lease, attempt.id, { status: 'failed' }, { cursor: 9 });
    expect(await codeOf(again)).not.toBeNull();
    expect(await store.load(id)).toEqual(before);
  });

  test('refuses a status that no row of the transition table allows, and all that comes with it', async () => {
    const { store } = get();
    const { id, lease } = await started();
    expect(await codeOf(store.patch(lease, { status: 'undone', cursor: 5 }))).toBe('OPERATION_NOT_IN_STATE');
    const attempt = await store.beginAttempt(lease, 'one', 'forward');
    const bad = store.finishAttempt(lease, attempt.id, { status: 'done' }, { status: 'closed' });
    expect(await codeOf(bad)).toBe('OPERATION_NOT_IN_STATE');
    expect(await store.load(id)).toMatchObject({
      status: 'running',
      cursor: 0,
      attempts: [{ status: 'started' }],
    });
  });
}

function decisions(get: Get, started: Started): void {
  test('cancels a queued operation at once and gives its locks back', async () => {
    const { store } = get();
    const o = newOperation();
    await store.create(o);
    await store.requestCancel(o.id);
    expect((await store.load(o.id))?.status).toBe('cancelled');
    await store.create(newOperation({ locks: o.locks }));
  });

  test('notes the wish to cancel a running operation, and refuses it behind the point of no return', async () => {
    const { store } = get();
    const { id, lease } = await started();
    expect(await store.isCancelRequested(id)).toBe(false);
    await store.requestCancel(id);
    expect(await store.isCancelRequested(id)).toBe(true);
    expect((await store.load(id))?.status).toBe('running');
    const committed = await started();
    await store.patch(committed.lease, { committed: true });
    expect(await codeOf(store.requestCancel(committed.id))).toBe('OPERATION_NOT_IN_STATE');
    await store.patch(lease, { status: 'succeeded' });
    expect(await codeOf(store.requestCancel(id))).toBe('OPERATION_NOT_IN_STATE');
  });

  test('lets a person decide only on what needs attention; undoing not behind the point of no return', async () => {
    const { store } = get();
    const { id, lease } = await started();
    expect(await codeOf(store.decide(id, 'running'))).toBe('OPERATION_NOT_IN_STATE');
    await store.requestCancel(id);
    await store.patch(lease, { status: 'needs-attention', committed: true });
    expect(await codeOf(store.decide(id, 'undoing'))).toBe('OPERATION_NOT_IN_STATE');
    await store.decide(id, 'running', 'mended');
    expect(await store.load(id)).toMatchObject({ status: 'running', note: 'mended', cancelRequested: false });
    expect(await store.findClaimable()).toContain(id);
  });

  test('offers what needs a person to no worker', async () => {
    const { store } = get();
    const { id, lease } = await started();
    await store.patch(lease, { status: 'needs-attention' });
    await store.release(lease);
    expect(await store.findClaimable()).not.toContain(id);
    expect(await store.claim('another', LEASE_MS, id)).toBeNull();
  });
}
