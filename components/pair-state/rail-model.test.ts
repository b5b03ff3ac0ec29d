import { describe, expect, it } from 'vitest';
import type { ReachableNodeSample, UnreachableNodeSample } from '#server/domain/node-sample.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import { behindOf, railModel } from './rail-model.ts';

const node = (change: Partial<ReachableNodeSample>): ReachableNodeSample => ({
  reachable: true,
  instanceId: 'n',
  tick: 1,
  takenAtMs: 1_000,
  roundTripMs: 1,
  inRecovery: false,
  systemIdentifier: '7',
  timeline: 1,
  serverVersionNum: 150_000,
  serverTimeMs: 1_000,
  startedAtMs: 0,
  insertLsn: null,
  writeLsn: null,
  flushLsn: null,
  receiveLsn: null,
  replayLsn: null,
  lastReplayedCommitAtMs: null,
  replayPaused: false,
  connections: 1,
  maxConnections: 100,
  commits: 0,
  senders: [],
  receiver: null,
  slots: [],
  lastCheckpointAtMs: null,
  databaseBytes: null,
  ...change,
});
const gone: UnreachableNodeSample = {
  reachable: false,
  instanceId: 'n',
  tick: 1,
  takenAtMs: 1_000,
  hop: 'ssh',
  detail: '',
  hostAnswers: false,
};
const primary = node({ insertLsn: '0/5000100', writeLsn: '0/5000080', flushLsn: '0/5000000' });
const standby = node({ inRecovery: true, receiveLsn: '0/4000000', replayLsn: '0/3000000' });
const sample = (change: Partial<PairSample>): PairSample => ({
  pairId: 'p',
  epoch: 1,
  tick: 1,
  takenAtMs: 1_000,
  primary,
  standby,
  lag: {
    notReceivedBytes: 0,
    notReplayedBytes: 0,
    totalBytes: 0,
    seconds: 0,
    walBytesPerSecond: 0,
    commitsPerSecond: 0,
    skewMs: 4,
  },
  diagnosis: { code: 'healthy', severity: 'ok', sinceMs: 0, evidence: [] },
  ...change,
});

describe('railModel', () => {
  it('measures every position from the insert position of the primary', () => {
    const model = railModel(sample({}), null);
    expect(model.reference).toBe('0/5000100');
    expect(behindOf(model, 'insert')).toBe(0);
    expect(behindOf(model, 'flush')).toBe(0x100);
    expect(behindOf(model, 'replay')).toBe(0x2000100);
  });
  it('never shows a standby ahead of the primary', () => {
    const ahead = node({ inRecovery: true, receiveLsn: '0/5000900', replayLsn: '0/5000900' });
    expect(behindOf(railModel(sample({ standby: ahead }), null), 'replay')).toBe(0);
  });
  it('keeps the last positions of a primary that is gone and says that they are old', () => {
    const model = railModel(sample({ primary: gone }), { ...primary, takenAtMs: 400 });
    expect(model.primaryLastSeenAtMs).toBe(400);
    expect(behindOf(model, 'received')).toBe(0x1000100);
  });
  it('falls back on what the standby heard when the primary was never seen', () => {
    const model = railModel(sample({ primary: gone }), null);
    expect(model.reference).toBe('0/4000000');
    expect(behindOf(model, 'replay')).toBe(0x1000000);
    expect(behindOf(model, 'insert')).toBeNull();
  });
  it('takes the positions of an unreachable standby from its sender', () => {
    const sender = {
      applicationName: 's',
      clientAddr: null,
      state: 'streaming',
      syncState: 'async',
      sentLsn: '0/5000000',
      writeLsn: '0/4F00000',
      flushLsn: '0/4E00000',
      replayLsn: '0/4D00000',
      replyAgeMs: 10,
    };
    const model = railModel(sample({ standby: gone, primary: { ...primary, senders: [sender] } }), null);
    expect(model.standbyReachable).toBe(false);
    expect(behindOf(model, 'replay')).toBe(0x300100);
  });
  it('says when the two looks were too far apart to be exact', () => {
    const far = sample({});
    expect(railModel({ ...far, lag: { ...far.lag, skewMs: 480 } }, null).uncertain).toBe(true);
  });
});
