import { expect, it } from 'vitest';
import type { NewAuditEntry } from '#server/ports/audit-log.ts';
import type { StoredServer } from '#server/ports/server-store.ts';
import { MemoryStore } from '#server/testing/memory-store.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { createServerRemoval, type ServerRemovalDeps } from './server-removal.ts';

const ADA = { userId: 'ada', name: 'Ada' };

function arrange(server: Partial<StoredServer> = {}) {
  const entries: NewAuditEntry[] = [];
  const clock = new TestClock();
  const stored = {
    id: 's1', name: 'db1', host: '10.0.0.1', username: 'dba', publicKey: 'ssh-ed25519 AAAA tandem@db1',
    credentialKind: 'generated-key', ...server,
  }; // prettier-ignore
  let ids = 0;
  const deps = {
    servers: { get: async () => stored, requireUnused: async () => undefined },
    store: new MemoryStore(clock),
    queue: { wake: async () => undefined },
    audit: { append: async (entry: NewAuditEntry) => void entries.push(entry) },
    clock,
    ids: { newId: () => `id-${(ids += 1)}` },
  };
  return { entries, removal: createServerRemoval(deps as unknown as ServerRemovalDeps) };
}

it('lands a repeated click on the run that it started, and writes it down once', async () => {
  const { entries, removal } = arrange();
  const { hash: planHash } = await removal.removalPlan('s1', true);
  const request = { id: 's1', takeKey: true, planHash, idempotencyKey: 'first-try' };
  const run = await removal.remove(request, ADA);
  expect(await removal.remove(request, ADA)).toBe(run);
  expect(entries).toHaveLength(1);
});

it('starts anew when a person tries again after a run that changed nothing', async () => {
  const { removal } = arrange();
  const { hash: planHash } = await removal.removalPlan('s1', true);
  const first = await removal.remove({ id: 's1', takeKey: true, planHash, idempotencyKey: 'first-try' }, ADA);
  const second = await removal.remove({ id: 's1', takeKey: true, planHash, idempotencyKey: 'next-try' }, ADA);
  expect(second).not.toBe(first);
});

it('refuses a plan that is not the one of now', async () => {
  const { removal } = arrange();
  const request = { id: 's1', takeKey: true, planHash: 'of-yesterday', idempotencyKey: 'first-try' };
  await expect(removal.remove(request, ADA)).rejects.toMatchObject({ code: 'STALE_VIEW' });
});

it('never takes a key that a person brought', async () => {
  const { removal } = arrange({ credentialKind: 'private-key' });
  const { steps } = await removal.removalPlan('s1', true);
  expect(steps.map((step) => step.name)).not.toContain('take-key');
});
