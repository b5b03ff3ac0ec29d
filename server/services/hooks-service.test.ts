import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#server/errors/app-error.ts';
import type { ChangeHook } from '#server/domain/change-hook.ts';
import { Secret } from '#server/domain/secret.ts';
import type { NewAuditEntry } from '#server/ports/audit-log.ts';
import type { ChangePair } from '#server/ports/change-store.ts';
import type { StoredServer } from '#server/ports/server-store.ts';
import { CHANGE_INPUT } from '#server/testing/fake-world/fake-change-world.ts';
import { sampleHooks } from '#server/testing/fake-world/fake-hooks.ts';
import { MemoryStore } from '#server/testing/memory-store.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { createHooksService } from './hooks-service.ts';
import type { HookDraft, Services } from './services.ts';

const ADA = { userId: 'ada', name: 'Ada' };
const NONE = { kind: 'none' } as const;

const stop: HookDraft = {
  name: 'Stop the shop',
  moment: 'stop-application',
  timeoutSeconds: 30,
  veto: true,
  repeatable: false,
  call: { kind: 'shell', serverId: 's1', runAs: null, mode: 'command', line: 'shopctl stop', check: null },
};
const tell: HookDraft = {
  ...stop,
  name: 'Tell the router',
  moment: 'redirect',
  call: { kind: 'http', method: 'POST', url: 'https://r.example', headers: [], body: null, checkUrl: null },
};

let hooks: Services['hooks'];
let stored: ChangeHook[];
let secrets: Map<string, string>;
let audit: NewAuditEntry[];
let store: MemoryStore;

beforeEach(() => {
  stored = [];
  secrets = new Map();
  audit = [];
  let n = 0;
  const newId = (): string => `id${(n += 1)}`;
  const clock = new TestClock();
  store = new MemoryStore(clock);
  const servers = [
    { id: 's1', name: 'app1', stateDirectory: '/var/lib/tandem' },
    { id: 's2', name: 'app2', stateDirectory: null },
  ] as StoredServer[];
  const node = { ...CHANGE_INPUT.oldPrimary, location: { ...CHANGE_INPUT.oldPrimary.location } };
  const pair = { pairId: 'p1', name: 'shop', primary: node, standby: node, hooks: sampleHooks() };
  hooks = createHooksService({
    store,
    clock,
    ids: { newId, randomText: () => 'x' },
    queue: { wake: () => Promise.resolve(), stop: () => Promise.resolve() },
    changes: { pairs: () => Promise.resolve([pair as unknown as ChangePair]) },
    servers: { list: () => Promise.resolve(servers) } as never,
    hooks: {
      list: () => Promise.resolve(stored),
      update: async (_id, change) => {
        stored = await Promise.resolve(change(stored));
      },
    },
    secrets: {
      put: (_purpose, secret) => {
        const id = newId();
        secrets.set(id, secret.reveal());
        return Promise.resolve(id);
      },
      get: () => Promise.reject(new Error('nobody reads a token here')),
      remove: (id) => {
        secrets.delete(id);
        return Promise.resolve();
      },
    },
    audit: {
      append: (entry) => {
        audit.push(entry);
        return Promise.resolve();
      },
    },
  });
});

const refused = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (thrown: unknown) => (thrown instanceof AppError ? [thrown.code, thrown.data['field']] : thrown),
  );

describe('the hooks of a pair', () => {
  it.each([
    ['line', { ...stop, call: { ...stop.call, line: 'a | b' } }],
    ['serverId', { ...stop, call: { ...stop.call, serverId: 'gone' } }],
    ['serverId', { ...stop, call: { ...stop.call, serverId: 's2' } }],
    ['name', { ...stop, name: '' }],
  ])('refuse bad input with the name of the field and change nothing: %s', async (field, draft) => {
    expect(await refused(hooks.save('p1', null, draft, NONE, ADA))).toEqual(['INVALID_INPUT', field]);
    expect([stored, audit]).toEqual([[], []]);
  });

  it('keep a token encrypted: nobody is shown it, and the audit log only says that it is there', async () => {
    const token = { kind: 'new' as const, token: new Secret('very-secret') };
    const id = await hooks.save('p1', null, tell, token, ADA);
    expect([...secrets.values()]).toEqual(['very-secret']);
    expect(JSON.stringify([await hooks.list('p1'), audit, stored])).not.toContain('very-secret');
    expect((await hooks.list('p1'))[0]?.call).toMatchObject({ hasToken: true });
    expect(audit[0]).toMatchObject({ action: 'hook-added', target: 'Tell the router', pairId: 'p1' });
    await hooks.save('p1', id, { ...tell, name: 'Tell it' }, { kind: 'keep' }, ADA);
    expect([...secrets.values()]).toEqual(['very-secret']);
    await hooks.save('p1', id, tell, { kind: 'new', token: new Secret('next') }, ADA);
    expect([...secrets.values()]).toEqual(['next']);
    await hooks.remove('p1', id, ADA);
    expect([secrets.size, stored.length]).toEqual([0, 0]);
    expect(audit.map((entry) => entry.action)).toEqual([
      'hook-added',
      'hook-changed',
      'hook-changed',
      'hook-removed',
    ]);
  });

  it('refuse a token that no header could carry, and store nothing', async () => {
    const token = { kind: 'new' as const, token: new Secret('a\nb') };
    expect(await refused(hooks.save('p1', null, tell, token, ADA))).toEqual(['INVALID_INPUT', 'token']);
    expect([secrets.size, stored.length]).toEqual([0, 0]);
  });

  it('refuse to keep a token for another host: it would be sent there', async () => {
    const token = { kind: 'new' as const, token: new Secret('very-secret') };
    const id = await hooks.save('p1', null, tell, token, ADA);
    const moved = { ...tell, call: { ...tell.call, url: 'https://evil.example' } } as HookDraft;
    const keep = { kind: 'keep' } as const;
    expect(await refused(hooks.save('p1', id, moved, keep, ADA))).toEqual(['INVALID_INPUT', 'token']);
    const path = { ...tell, call: { ...tell.call, url: 'https://r.example/v2' } } as HookDraft;
    expect(await refused(hooks.save('p1', id, path, keep, ADA))).toBeNull();
  });

  it('keep their order when one is changed', async () => {
    const first = await hooks.save('p1', null, stop, NONE, ADA);
    await hooks.save('p1', null, { ...stop, name: 'Second' }, NONE, ADA);
    await hooks.save('p1', first, { ...stop, name: 'First' }, NONE, ADA);
    expect(stored.map((hook) => hook.name)).toEqual(['First', 'Second']);
    expect(await refused(hooks.save('p1', 'nobody', stop, NONE, ADA))).toEqual(['NOT_FOUND', undefined]);
  });

  it('are tried by a run of the worker', async () => {
    const id = await hooks.check('p1', 'redirect', ADA);
    const operation = await store.load(id);
    expect(operation?.kind).toBe('check-hooks');
    expect(operation?.input).toMatchObject({ hooks: [{ id: 'redirect' }] });
    expect(await hooks.checked(id)).toBeNull();
    expect(await refused(hooks.check('p1', 'nobody', ADA))).toEqual(['NOT_FOUND', undefined]);
  });
});
