import { expect, it } from 'vitest';
import { systemIds } from './system-ids.ts';

it('gives ids that are unique and need no escaping anywhere', () => {
  const ids = Array.from({ length: 1000 }, () => systemIds.newId());
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{25}$/);
});

it('gives as much randomness as asked for', () => {
  expect(Buffer.from(systemIds.randomText(24), 'base64url')).toHaveLength(24);
});
