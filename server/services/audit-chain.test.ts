import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { AuditReader, StoredAuditEntry } from '#server/ports/audit-log.ts';
import { createAuditService } from './audit-service.ts';

/** A chain as the database makes it. */
function chain(length: number): StoredAuditEntry[] {
  const entries: StoredAuditEntry[] = [];
  for (let id = 1; id <= length; id += 1) {
    const facts = { actor: 'Ada', action: 'test', target: null, details: { n: id, b: true }, pairId: null };
    const from = { requestId: null, address: '::1' };
    const canonical = JSON.stringify({ ...from, ...facts, id, at: new Date(id).toISOString() });
    const previousHash = entries.at(-1)?.hash ?? '0'.repeat(64);
    const hash = createHash('sha256')
      .update(previousHash + canonical)
      .digest('hex');
    entries.push({ ...facts, ...from, id: String(id), atMs: id, previousHash, canonical, hash });
  }
  return entries;
}

function serviceOf(entries: StoredAuditEntry[]) {
  const reader: AuditReader = {
    newest: async () => [],
    oldest: async (_filter, after, limit) =>
      entries.filter((entry) => BigInt(entry.id) > BigInt(after ?? 0)).slice(0, limit),
    ofOperations: async () => [],
    names: async () => ({ actors: [], actions: [] }),
  };
  return createAuditService(reader);
}

const change = (entries: StoredAuditEntry[], id: number, to: Partial<StoredAuditEntry>) =>
  entries.map((entry) => (entry.id === String(id) ? { ...entry, ...to } : entry));

it('accepts a whole chain, longer than what is read at once', async () => {
  const entries = chain(2_100);
  expect(await serviceOf(entries).verify()).toEqual({
    checked: 2_100,
    lastHash: entries.at(-1)?.hash,
    broken: null,
  });
});

it('accepts an empty one', async () => {
  expect(await serviceOf([]).verify()).toMatchObject({ checked: 0, broken: null });
});

it.each([
  ['another actor', { actor: 'Eve' }, 3, 'its columns'],
  ['another detail', { details: { n: 3, b: false } }, 3, 'its columns'],
  ['another text', { canonical: '{}' }, 3, 'its hash'],
  ['another time', { atMs: 4 }, 3, 'its columns'],
  ['a hash of its own', { hash: 'f'.repeat(64) }, 3, 'its hash'],
])('names the first entry that was given %s', async (_what, to, id, fault) => {
  const { broken, checked } = await serviceOf(change(chain(6), 3, to)).verify();
  expect(broken).toMatchObject({ id: String(id), fault: expect.stringContaining(fault) });
  expect(checked).toBe(id - 1);
});

it('names the place where an entry was taken out', async () => {
  const entries = chain(6).filter((entry) => entry.id !== '4');
  expect((await serviceOf(entries).verify()).broken).toMatchObject({ id: '5', fault: 'entry 4 is missing' });
});

it('sees an entry that was written anew with a hash of its own', async () => {
  const entries = chain(6);
  const canonical = (entries[2]?.canonical ?? '').replace('Ada', 'Eve');
  const previousHash = entries[1]?.hash ?? '';
  const hash = createHash('sha256')
    .update(previousHash + canonical)
    .digest('hex');
  const forged = change(entries, 3, { actor: 'Eve', canonical, hash });
  expect((await serviceOf(forged).verify()).broken).toMatchObject({
    id: '4',
    fault: 'it does not continue the entry before it',
  });
});
