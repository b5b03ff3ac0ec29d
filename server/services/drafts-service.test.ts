import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#server/errors/app-error.ts';
import type { GateResult, Plan } from '#server/domain/plan.ts';
import { Secret } from '#server/domain/secret.ts';
import type { AdoptDraft } from '#server/domain/setup-draft.ts';
import { sameText } from '#server/domain/text.ts';
import type { NewAuditEntry } from '#server/ports/audit-log.ts';
import type { StoredDraft } from '#server/ports/draft-store.ts';
import type { StoredOperation } from '#server/ports/operation-store.ts';
import { codeOf } from '#server/testing/contract/error-code-of.ts';
import { MemoryStore } from '#server/testing/memory-store.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { createDraftsService } from './drafts-service.ts';
import type { Services } from './services.ts';
import { shopPair } from '#server/testing/setup-input.ts';

const ADA = { userId: 'ada', name: 'Ada' };
const INPUT = {
  ...shopPair(),
  hbaFiles: { primary: '/data/main/pg_hba.conf', standby: '/data/main/pg_hba.conf' },
  slotName: null,
  senderName: 'by_hand',
  monitor: { name: 'tandem_monitor', secretId: '', salt: '' },
  monitorGiven: false,
};
const PLAN: Plan = {
  operation: 'adopt-pair',
  title: sameText('Watch shop'),
  hash: 'the-hash',
  steps: [],
  pointOfNoReturn: null,
  gates: [],
  confirmation: null,
  outageMs: 0,
  networkBytes: null,
  expectedMs: null,
  madeAtMs: 0,
};
const ANSWERS = { primaryServerId: 's1', primaryDataDirectory: '/data/main', name: 'shop' };

/** Everything around the service, in memory. */
function surroundings() {
  const clock = new TestClock();
  const operations = new MemoryStore(clock);
  const drafts = new Map<string, StoredDraft>();
  const secrets = new Map<string, Secret>();
  const audit: NewAuditEntry[] = [];
  const woken: string[] = [];
  /** Operations as a worker left them. */
  const worked = new Map<string, StoredOperation>();
  const started: string[] = [];
  let ids = 0;
  const nextId = (): string => `id${(ids += 1)}`;
  const load = async (id: string) => worked.get(id) ?? (await operations.load(id));
  const get = async (id: string): Promise<StoredDraft> => {
    const draft = drafts.get(id);
    if (draft === undefined) throw new AppError('NOT_FOUND', { message: 'there is no draft' });
    return draft;
  };
  const put = async (draft: StoredDraft): Promise<StoredDraft> => {
    drafts.set(draft.id, draft);
    return draft;
  };
  const service = createDraftsService({
    clock,
    ids: { newId: nextId, randomText: () => 'random' },
    queue: { wake: async (id: string) => void woken.push(id), stop: async () => undefined },
    store: Object.assign(Object.create(operations) as MemoryStore, {
      load,
      create: async (o: Parameters<MemoryStore['create']>[0]) => {
        const made = await operations.create(o);
        if (!made.existed) started.push(o.id);
        return made;
      },
    }),
    drafts: {
      list: async () => [...drafts.values()],
      get,
      create: (id, data, createdBy) => put({ id, data, createdBy, operationId: null, updatedAtMs: 0 }),
      save: async (id, data) => put({ ...(await get(id)), data }),
      setOperation: async (id, operationId) => void (await put({ ...(await get(id)), operationId })),
      remove: async (id) => void drafts.delete(id),
    },
    secrets: {
      put: async (_purpose, secret) => {
        const id = nextId();
        secrets.set(id, secret);
        return id;
      },
      get: async (id) => secrets.get(id) ?? expect.fail(),
      remove: async (id) => void secrets.delete(id),
    },
    reader: {
      list: async () => [],
      log: async () => [],
      newestOfServer: async () => null,
      newestOfDraft: async (draftId, kinds) => {
        const all = [];
        for (const id of started) all.push(await load(id));
        const isOne = (o: StoredOperation | null) =>
          o !== null && kinds.includes(o.kind) && JSON.stringify(o.input).includes(`"draftId":"${draftId}"`);
        return all.findLast(isOne) ?? null;
      },
    },
    servers: { list: async () => [] } as unknown as Parameters<typeof createDraftsService>[0]['servers'],
    audit: { append: async (entry) => void audit.push(entry) },
  });
  /** What a worker leaves behind that looked and decided. */
  const finishPlan = async (operationId: string, plan: Partial<Plan> = {}, input: object = {}) => {
    const o = (await operations.load(operationId)) ?? expect.fail();
    const output = { plan: { ...PLAN, ...plan }, input: { ...INPUT, ...input } };
    const attempt = { status: 'done', output: JSON.parse(JSON.stringify(output)) };
    worked.set(operationId, { ...o, status: 'succeeded', attempts: [attempt] } as unknown as StoredOperation);
  };
  /** What a worker leaves behind that looked at the network. */
  const finishLook = async (operationId: string, bytesPerSecond: number) => {
    const o = (await operations.load(operationId)) ?? expect.fail();
    const output = { gates: [], doors: [], later: [], bytesPerSecond, takenAtMs: clock.nowMs() };
    const attempts = [{ status: 'done', output }];
    worked.set(operationId, { ...o, status: 'succeeded', attempts } as unknown as StoredOperation);
  };
  return { service, secrets, audit, woken, started, operations, finishPlan, finishLook };
}

let world: ReturnType<typeof surroundings>;
let service: Services['drafts'];
beforeEach(() => {
  world = surroundings();
  ({ service } = world);
});

async function draftWith(answers: Partial<AdoptDraft> = ANSWERS, password: Secret | null = null) {
  const { id, data } = await service.create('adopt', ADA);
  await service.save(id, { ...data, ...answers } as AdoptDraft, password, ADA);
  return id;
}

/** A draft with a plan that a worker has made. */
async function planned(
  plan: Partial<Plan> = {},
  input: object = {},
): Promise<{ id: string; planId: string }> {
  const id = await draftWith();
  const making = await service.plan(id, false, ADA);
  if (making.state !== 'making') expect.fail(making.state);
  await world.finishPlan(making.operationId, plan, input);
  return { id, planId: making.operationId };
}

describe('a new draft', () => {
  it.each(['new-standby', 'adopt'] as const)(
    'proposes the start gate to whoever is asked (%s)',
    async (kind) => {
      expect((await service.create(kind, ADA)).data.startGate).toBe('while-attached');
    },
  );
});

describe('the plan of a draft', () => {
  it('names the answers that are missing and starts nothing', async () => {
    const { id } = await service.create('new-standby', ADA);
    expect(await service.plan(id, false, ADA)).toEqual({
      state: 'incomplete',
      missing: ['primaryServerId', 'primaryDataDirectory', 'name', 'standbyServerId'],
    });
    expect(world.started).toEqual([]);
  });

  it('is made once for the same answers, however often it is asked for', async () => {
    const id = await draftWith();
    const first = await service.plan(id, false, ADA);
    expect(await service.plan(id, true, ADA)).toEqual(first);
    expect(world.started).toHaveLength(1);
    expect(world.woken).toEqual(world.started);
  });

  it('is made once when two tabs ask at the same time', async () => {
    const id = await draftWith();
    const [one, other] = await Promise.all([service.plan(id, false, ADA), service.plan(id, false, ADA)]);
    expect(other).toEqual(one);
    expect(world.started).toHaveLength(1);
  });

  it('stays until the answers change or a new look is asked for', async () => {
    const { id, planId } = await planned();
    expect(await service.plan(id, false, ADA)).toMatchObject({ state: 'ready', planId });
    expect(await service.plan(id, true, ADA)).toMatchObject({ state: 'making' });
    const { data } = await service.get(id);
    await service.save(id, { ...data, name: 'other' }, null, ADA);
    expect(await service.plan(id, false, ADA)).toMatchObject({ state: 'making' });
    expect(world.started).toHaveLength(3);
  });
});

describe('the password of a given role', () => {
  it('is stored once, kept while the role stays, and removed with it', async () => {
    const id = await draftWith({ ...ANSWERS, givenRole: 'watcher' }, new Secret('clear'));
    const { data } = await service.get(id);
    expect(JSON.stringify(data)).not.toContain('clear');
    expect([...world.secrets.values()].map((s) => s.reveal())).toEqual(['clear']);
    expect((await service.save(id, data, null, ADA)).data).toEqual(data);
    await service.save(id, data, new Secret('newer'), ADA);
    expect([...world.secrets.values()].map((s) => s.reveal())).toEqual(['newer']);
    await service.save(id, { ...data, givenRole: null } as AdoptDraft, null, ADA);
    expect(world.secrets.size).toBe(0);
  });

  it("is never another draft's because a browser says so", async () => {
    const first = await draftWith({ ...ANSWERS, givenRole: 'watcher' }, new Secret('clear'));
    const stolen = (await service.get(first)).data as AdoptDraft;
    const second = await draftWith({
      ...ANSWERS,
      givenRole: 'watcher',
      givenRoleSecretId: stolen.givenRoleSecretId,
    });
    expect((await service.get(second)).data).toMatchObject({ givenRoleSecretId: null });
    expect(await service.plan(second, false, ADA)).toEqual({
      state: 'incomplete',
      missing: ['givenRolePassword'],
    });
  });
});

describe('an approval', () => {
  const approve = (o: { id: string; planId: string }, hash = PLAN.hash, word: string | null = null) =>
    service.approve(o.id, o.planId, hash, word, ADA);

  it('starts exactly the plan that was shown, with new passwords, and writes it down', async () => {
    const draft = await planned();
    const id = await approve(draft);
    expect(await world.operations.load(id)).toMatchObject({
      kind: 'adopt-pair',
      planHash: PLAN.hash,
      pairId: 'pair-1',
      startedBy: 'Ada',
    });
    expect([...world.secrets.values()].map((s) => s.reveal())).toEqual(['random']);
    expect(world.audit).toMatchObject([{ actor: 'Ada', action: 'plan-approved', pairId: 'pair-1' }]);
    expect(world.woken).toContain(id);
    expect((await service.get(draft.id)).operationId).toBe(id);
  });

  it('lands on the first run when it is clicked twice, also at the same time', async () => {
    const draft = await planned();
    const [one, other] = await Promise.all([approve(draft), approve(draft)]);
    expect(other).toBe(one);
    expect(await approve(draft)).toBe(one);
    expect(world.secrets.size).toBe(1);
  });

  it('makes no password for a role that the admin gives', async () => {
    await approve(await planned({}, { monitorGiven: true }));
    expect(world.secrets.size).toBe(0);
  });

  it('is refused for another plan than the one on the screen', async () => {
    expect(await codeOf(approve(await planned(), 'another'))).toBe('STALE_VIEW');
  });

  it('is refused when the answers have changed since, or the plan is not made yet', async () => {
    const draft = await planned();
    const { data } = await service.get(draft.id);
    await service.save(draft.id, { ...data, name: 'other' }, null, ADA);
    expect(await codeOf(approve(draft))).toBe('STALE_VIEW');
    const id = await draftWith();
    const making = await service.plan(id, true, ADA);
    expect(await codeOf(approve({ id, planId: 'operationId' in making ? making.operationId : '' }))).toBe(
      'STALE_VIEW',
    );
  });

  it.each(['blocking', 'unknown'] as const)('is refused while a gate is %s', async (state) => {
    const title = sameText('The primary accepts writes');
    const gate: GateResult = {
      ...{ code: 'x', server: 'db1', title, state, detail: sameText('no') },
      ...{ measuredAtMs: 0, fix: null },
    };
    expect(await codeOf(approve(await planned({ gates: [gate] })))).toBe('GATE_FAILED');
  });

  it('is refused until the word is typed, and takes it with spaces around', async () => {
    const confirmation = { word: 'db1', reason: sameText('It restarts.') };
    const draft = await planned({ confirmation });
    for (const word of [null, '', 'db2'])
      expect(await codeOf(approve(draft, PLAN.hash, word))).toBe('INVALID_INPUT');
    expect(await approve(draft, PLAN.hash, ' db1 ')).toMatch(/^id/);
  });

  it('leaves no password behind when the run cannot be started', async () => {
    await approve(await planned());
    world.secrets.clear();
    // The same servers are locked by the first run.
    const second = await planned();
    expect(await codeOf(approve(second))).toBe('OPERATION_ALREADY_RUNNING');
    expect(world.secrets.size).toBe(0);
  });

  it('closes the draft: no answer changes any more', async () => {
    const draft = await planned();
    await approve(draft);
    const { data } = await service.get(draft.id);
    expect(await codeOf(service.save(draft.id, data, null, ADA))).toBe('OPERATION_NOT_IN_STATE');
  });
});

describe('the network of a draft', () => {
  it('belongs to the answers that it was asked for, and is under way once', async () => {
    const { id, data } = await service.create('new-standby', ADA);
    expect(await service.network(id)).toEqual({ state: 'incomplete' });
    await expect(codeOf(service.examine(id, ADA))).resolves.toBe('INVALID_INPUT');
    const chosen = { ...data, ...ANSWERS, standbyServerId: 's2' } as typeof data;
    await service.save(id, chosen, null, ADA);
    expect(await service.network(id)).toEqual({ state: 'none' });
    const [one, other] = await Promise.all([service.examine(id, ADA), service.examine(id, ADA)]);
    expect(other).toEqual(one);
    expect(await service.network(id)).toEqual(one);
    await service.save(id, { ...chosen, name: 'other' }, null, ADA);
    expect(await service.network(id)).toEqual(one);
    await service.save(id, { ...chosen, standbyServerId: 's3' }, null, ADA);
    expect(await service.network(id)).toEqual({ state: 'none' });
    expect(world.started).toHaveLength(1);
  });

  it('makes a plan anew that was made before the line was measured, and keeps it afterwards', async () => {
    const { id, data } = await service.create('new-standby', ADA);
    await service.save(id, { ...data, ...ANSWERS, standbyServerId: 's2' }, null, ADA);
    const first = await service.plan(id, false, ADA);
    if (first.state !== 'making') expect.fail(first.state);
    await world.finishPlan(first.operationId);
    expect(await service.plan(id, false, ADA)).toMatchObject({ state: 'ready' });
    const look = await service.examine(id, ADA);
    if (look.state !== 'making') expect.fail(look.state);
    await world.finishLook(look.operationId, 1_000);
    expect(await service.network(id)).toMatchObject({ state: 'ready', bytesPerSecond: 1_000 });
    const second = await service.plan(id, false, ADA);
    if (second.state !== 'making') expect.fail(second.state);
    expect((await world.operations.load(second.operationId))?.input).toMatchObject({
      line: { lookId: look.operationId, bytesPerSecond: 1_000 },
    });
    await world.finishPlan(second.operationId);
    expect(await service.plan(id, false, ADA)).toMatchObject({ state: 'ready', planId: second.operationId });
  });
});
