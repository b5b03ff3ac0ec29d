import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { Secret } from '#server/domain/secret.ts';
import type { SealedSecret, SecretRows } from '#server/ports/secret-store.ts';
import { keyFileOf } from './master-key.ts';
import { requireMasterKey } from './require-master-key.ts';
import { createSecretStore } from './secret-store.ts';

let stateDirectory: string;
let table: Map<string, SealedSecret>;
let rows: SecretRows;

beforeEach(() => {
  stateDirectory = mkdtempSync(path.join(os.tmpdir(), 'tandem-secrets-'));
  table = new Map();
  rows = {
    insert: async (row) => void table.set(row.id, row),
    find: async (id) => table.get(id) ?? null,
    remove: async (id) => void table.delete(id),
    purposesUnderOtherKeys: async (keyId) =>
      [...table.values()].filter((row) => row.keyId !== keyId).map((row) => row.purpose),
  };
});
afterEach(() => rmSync(stateDirectory, { recursive: true }));

const open = async (masterKey?: string) =>
  createSecretStore(await requireMasterKey({ masterKey, stateDirectory }, rows), rows, systemIds);

it('gives back what was put, in a later process too', async () => {
  const id = await (await open()).put('password of db1', new Secret('Gänse füße\n\0'));
  expect((await (await open()).get(id)).reveal()).toBe('Gänse füße\n\0');
});

it('keeps the key file closed to others', async () => {
  await open();
  expect(statSync(keyFileOf(stateDirectory)).mode & 0o777).toBe(0o600);
});

it('stores nothing that shows the value, and never the same bytes twice', async () => {
  const store = await open();
  for (const purpose of ['a', 'b']) await store.put(purpose, new Secret('correct horse'));
  const [first, second] = [...table.values()].map((row) => Buffer.from(row.ciphertext).toString('latin1'));
  expect(first).not.toContain('correct horse');
  expect(first).not.toBe(second);
});

it('refuses a row whose ciphertext was exchanged with that of another', async () => {
  const store = await open();
  const [a, b] = [await store.put('a', new Secret('one')), await store.put('b', new Secret('two'))];
  const [rowA, rowB] = [table.get(a), table.get(b)];
  if (rowA && rowB) table.set(a, { ...rowB, id: rowA.id });
  await expect(store.get(a)).rejects.toMatchObject({ code: 'MASTER_KEY_WRONG' });
});

it('refuses to start without its key and says which secrets are lost', async () => {
  await (await open()).put('SSH key of db1', new Secret('x'));
  rmSync(keyFileOf(stateDirectory));
  await expect(open()).rejects.toMatchObject({ code: 'MASTER_KEY_MISSING', detail: 'SSH key of db1' });
  expect(existsSync(keyFileOf(stateDirectory))).toBe(false);
});

it('refuses to start with another key and says which secrets are lost', async () => {
  await (await open()).put('SSH key of db1', new Secret('x'));
  const other = Buffer.alloc(32, 7).toString('base64');
  await expect(open(other)).rejects.toMatchObject({ code: 'MASTER_KEY_WRONG', detail: 'SSH key of db1' });
});

it('refuses a key file that others may read, or that holds no key', async () => {
  await open();
  chmodSync(keyFileOf(stateDirectory), 0o644);
  await expect(open()).rejects.toThrow('can be read by others');
  chmodSync(keyFileOf(stateDirectory), 0o600);
  writeFileSync(keyFileOf(stateDirectory), 'short');
  await expect(open()).rejects.toThrow('holds no master key');
});
