import { describe, expect, it } from 'vitest';
import type { NodeSample } from '#server/domain/node-sample.ts';
import type { PairView } from '#server/services/services.ts';
import { writersNow } from './writers-now.ts';

const pair = {
  primary: { instanceId: 'i2', serverName: 'db2' },
  standby: { instanceId: 'i1', serverName: 'db1' },
} as Pick<PairView, 'primary' | 'standby'>;
const node = (instanceId: string, inRecovery: boolean | null): NodeSample =>
  ({
    instanceId,
    ...(inRecovery === null ? { reachable: false } : { reachable: true, inRecovery }),
  }) as NodeSample;

describe('who accepts writes now', () => {
  it('believes what the servers say, whatever the roles on record', () => {
    expect(writersNow(pair, { primary: node('i2', true), standby: node('i1', false) })).toEqual({
      accepting: ['db1'],
      silent: [],
    });
  });
  it('knows a sample that is of the roles before', () => {
    expect(writersNow(pair, { primary: node('i1', false), standby: node('i2', true) }).accepting).toEqual([
      'db1',
    ]);
  });
  it('names both when both do, and whoever does not answer', () => {
    expect(
      writersNow(pair, { primary: node('i2', false), standby: node('i1', false) }).accepting,
    ).toHaveLength(2);
    expect(writersNow(pair, { primary: node('i2', null), standby: node('i1', true) })).toEqual({
      accepting: [],
      silent: ['db2'],
    });
  });
});
