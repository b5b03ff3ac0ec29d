import { describe, expect, it } from 'vitest';
import type { Assessment } from '#server/domain/assessment.ts';
import { seenOf } from '#server/domain/assessment.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { ChangeStore, ChangeSurroundings } from '#server/ports/change-store.ts';
import { CHANGE_INPUT } from '#server/testing/fake-world/fake-change-world.ts';
import { sampleHooks } from '#server/testing/fake-world/fake-hooks.ts';
import { FAKE_POOL } from '#server/testing/fake-world/fake-routes.ts';
import { MemoryStore } from '#server/testing/memory-store.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import { parseSwitchoverInput } from '#server/operations/switchover/input.ts';
import { switchover } from '#server/operations/switchover/switchover.ts';
import { createChangesService, type ChangesDeps } from './changes-service.ts';
import type { ChangeRequest } from './services.ts';

const ADA = { userId: 'ada', name: 'Ada' };
const INPUT = parseSwitchoverInput({
  ...CHANGE_INPUT,
  outageLimitMs: 30_000,
  syncWhileAlone: 'release',
  maxNotReceivedBytes: 1,
  maxNotReplayedBytes: 1,
});

async function setUp(change: Partial<Assessment> = {}) {
  const clock = new TestClock();
  const store = new MemoryStore(clock);
  const text = { en: 'x', de: 'x' };
  const gate = { server: null, title: text, detail: text, fix: null, measuredAtMs: 0 };
  const extras = { gates: [], confirmation: null, outageMs: 0, networkBytes: 0, madeAtMs: 0 };
  const assessment: Assessment = {
    id: 'look-1',
    pairId: 'pair-1',
    kind: 'switchover',
    epoch: 1,
    takenAtMs: clock.nowMs(),
    oldPrimary: 'db1',
    newPrimary: 'db2',
    readiness: 'ready',
    gates: [{ ...gate, code: 'streaming', state: 'ok' }],
    plan: await makePlan(switchover, { world: undefined as never, input: INPUT }, extras),
    refusal: null,
    outage: null,
    loss: null,
    diagnosis: null,
    ways: [],
    chosenWay: null,
    warnings: [],
    confirmation: { word: { text: 'db2', of: 'new-primary' }, ticks: [], reasonRequired: false },
    runningOperationId: null,
    ...change,
  };
  const around: ChangeSurroundings = {
    hooks: sampleHooks(),
    routes: [FAKE_POOL],
    encrypted: false,
    tlsNames: {},
  };
  const state = { assessment, epoch: 1, woken: 0, around };
  const changes = {
    read: () => Promise.resolve({ assessment: state.assessment, input: { ...INPUT, ...around } }),
    epochOf: () => Promise.resolve(state.epoch),
    surroundingsOf: () => Promise.resolve(state.around),
    want: () => Promise.resolve(),
  } as unknown as ChangeStore;
  const deps = {
    store,
    clock,
    changes,
    ids: { newId: () => `op-${state.woken}`, randomText: () => 'x' },
    queue: {
      wake: () => {
        state.woken += 1;
        return Promise.resolve();
      },
      stop: () => Promise.resolve(),
    },
    audit: { append: () => Promise.resolve() },
  } as unknown as ChangesDeps;
  const request: ChangeRequest = {
    pairId: 'pair-1',
    kind: 'switchover',
    way: null,
    seen: seenOf(assessment),
    confirmation: 'db2',
    ticks: [],
    reason: null,
    outageLimitMs: 30_000,
    syncWhileAlone: 'release',
    idempotencyKey: 'key-1234',
  };
  const service = createChangesService(deps);
  const start = (o: Partial<ChangeRequest> = {}) => service.start({ ...request, ...o }, ADA);
  return { state, clock, store, service, start, gate };
}

const codeOf = async (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)),
  );

describe('starting a change of roles', () => {
  it('lands on one run, however often the button is pressed', async () => {
    const { start, store } = await setUp();
    const [a, b] = [await start(), await start()];
    expect(b).toBe(a);
    expect((await store.load(a))?.kind).toBe('switchover');
  });

  it('lands on that run also when the run itself has changed what was seen', async () => {
    const { start, state, gate } = await setUp();
    const first = await start();
    state.assessment = { ...state.assessment, gates: [{ ...gate, code: 'streaming', state: 'blocking' }] };
    state.epoch = 2;
    expect(await start()).toBe(first);
    expect(await codeOf(start({ idempotencyKey: 'another key' }))).toBe('STALE_VIEW');
  });

  it('refuses what got worse since the person looked, and names it', async () => {
    const { start, state, gate } = await setUp();
    state.assessment = { ...state.assessment, gates: [{ ...gate, code: 'streaming', state: 'warning' }] };
    expect(await codeOf(start())).toBe('STALE_VIEW');
    expect(state.woken).toBe(0);
  });

  it('refuses a look that is older than the last change of roles', async () => {
    const { start, state, service } = await setUp();
    state.epoch = 2;
    expect(await codeOf(start())).toBe('STALE_VIEW');
    expect(await service.assess('pair-1', 'switchover', null)).toEqual({ assessment: null, fresh: false });
  });

  it('takes no look from inside a run that has ended for one of the pair as it is now', async () => {
    const { start, state, service, store } = await setUp();
    const id = await start();
    state.assessment = { ...state.assessment, runningOperationId: id };
    const seen = await service.assess('pair-1', 'switchover', null);
    expect(seen.assessment?.runningOperationId).toBe(id);
    const claimed = await store.claim('worker-1', 60_000, id);
    if (claimed === null) throw new Error('nothing to claim');
    for (const status of ['running', 'succeeded'] as const) await store.patch(claimed.lease, { status });
    expect(await service.assess('pair-1', 'switchover', null)).toEqual({ assessment: null, fresh: false });
  });

  const HOOKS_SAID = 'the hooks of the pair were changed';
  const ROUTES_SAID = 'the client routes of the pair were changed';
  const EDITED: Partial<ChangeSurroundings> = { routes: [{ ...FAKE_POOL, configPath: '/etc/other.ini' }] };
  it.each<[string, Partial<ChangeSurroundings>, string]>([
    ['hooks', { hooks: [] }, HOOKS_SAID],
    ['client routes', { routes: [] }, ROUTES_SAID],
    ['parts of a route', EDITED, ROUTES_SAID],
    ['encryption', { encrypted: true }, 'the encryption of the replication was changed'],
    [
      'names in certificates',
      { tlsNames: { i1: 'db1.net' } },
      'the encryption of the replication was changed',
    ],
  ])('refuses a look from before the %s were changed, and says so', async (_, change, said) => {
    const { start, state, service } = await setUp();
    state.around = { ...state.around, ...change };
    const refusal = await start().catch((thrown: unknown) => thrown);
    expect(refusal).toMatchObject({ code: 'STALE_VIEW', message: `since you opened this: ${said}` });
    expect(await service.assess('pair-1', 'switchover', null)).toEqual({ assessment: null, fresh: false });
    expect(await codeOf(service.rehearse('pair-1', ADA))).toBe('STALE_VIEW');
    expect(state.woken).toBe(0);
  });

  it('refuses a planned change on a look of more than ten seconds ago', async () => {
    const { start, clock } = await setUp();
    await clock.sleep(10_001);
    expect(await codeOf(start())).toBe('STALE_VIEW');
  });

  it.each([
    ['a word that is not exactly the server', { confirmation: 'db1' }, {}],
    [
      'a sentence that was not ticked',
      {},
      {
        confirmation: {
          word: null,
          ticks: [{ code: 't', text: { en: 'x', de: 'x' } }],
          reasonRequired: false,
        },
      },
    ],
    ['a missing reason', { reason: '  ' }, { confirmation: { word: null, ticks: [], reasonRequired: true } }],
    ['an outage limit that nobody can keep', { outageLimitMs: 1 }, {}],
  ] as const)('refuses %s, naming the field', async (_, request, change) => {
    const { start, state } = await setUp(change as Partial<Assessment>);
    expect(await codeOf(start(request))).toBe('INVALID_INPUT');
    expect(state.woken).toBe(0);
  });

  it('refuses while a gate blocks or could not be measured', async () => {
    for (const bad of ['blocking', 'unknown'] as const) {
      const { start, state, gate } = await setUp();
      state.assessment = { ...state.assessment, gates: [{ ...gate, code: 'streaming', state: bad }] };
      expect(await codeOf(start({ seen: seenOf(state.assessment) }))).toBe('GATE_FAILED');
    }
  });
});
