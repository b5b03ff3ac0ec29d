import { expect, it } from 'vitest';
import { lowSettings, REQUIRED_SETTINGS, type RequiredSettings } from './required-settings.ts';

const NEEDS: RequiredSettings = {
  max_connections: 80,
  max_worker_processes: 8,
  max_wal_senders: 10,
  max_prepared_transactions: 0,
  max_locks_per_transaction: 64,
};
const has = (change: Partial<RequiredSettings> = {}) =>
  new Map(REQUIRED_SETTINGS.map((name) => [name, { setting: String({ ...NEEDS, ...change }[name]) }]));

it('finds nothing where every setting is as high as the primary had it, or higher', () => {
  expect(lowSettings(NEEDS, has())).toEqual([]);
  expect(lowSettings(NEEDS, has({ max_connections: 500 }))).toEqual([]);
});

it('names each setting that is lower, with both values', () => {
  expect(lowSettings(NEEDS, has({ max_connections: 50, max_wal_senders: 5 }))).toEqual([
    { name: 'max_connections', is: 50, needs: 80 },
    { name: 'max_wal_senders', is: 5, needs: 10 },
  ]);
});

it('accuses no setting that could not be read', () => {
  expect(lowSettings(NEEDS, new Map())).toEqual([]);
});
