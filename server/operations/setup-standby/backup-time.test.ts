import { expect, it } from 'vitest';
import { expectedBackupMs } from './backup-time.ts';

const MIB = 1024 ** 2;
const bytes = 1_000 * MIB;

it('expects of a copy what the slowest of line, limit and disk lets through', () => {
  expect(expectedBackupMs({ bytes, limit: null, line: null })).toBe(13_000);
  expect(expectedBackupMs({ bytes, limit: null, line: 10 * MIB })).toBe(103_000);
  expect(expectedBackupMs({ bytes, limit: 5 * MIB, line: 10 * MIB })).toBe(203_000);
  expect(expectedBackupMs({ bytes, limit: null, line: 5_000 * MIB })).toBe(13_000);
});
