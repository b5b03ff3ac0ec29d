import { describe, expect, it } from 'vitest';
import { formatLsn, requireLsn } from '#server/domain/lsn.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
import type { ControlData } from '#server/ports/postgres-runtime.ts';
import { relate } from './fork-point.ts';

const HISTORY = { timeline: 4, ends: [{ timeline: 3, endLsn: requireLsn('0/5000000') }] };
const FORK = { timeline: 3, lsn: '0/5000000' };

function control(o: {
  state: string;
  checkpoint: string;
  minRecovery?: string;
  timeline?: number;
  minRecoveryTimeline?: number;
}): ControlData {
  return {
    clusterState: o.state,
    systemIdentifier: '7',
    timeline: o.timeline ?? 3,
    latestCheckpointLsn: requireLsn(o.checkpoint),
    redoLsn: requireLsn(o.checkpoint),
    minRecoveryEndLsn: requireLsn(o.minRecovery ?? '0/0'),
    minRecoveryTimeline: o.minRecoveryTimeline ?? 0,
    walLogHints: true,
    dataChecksums: false,
    walSegmentBytes: 16 * 1024 ** 2,
    pgControlVersion: 1300,
    requiredSettings: {
      max_connections: 100,
      max_worker_processes: 8,
      max_wal_senders: 10,
      max_prepared_transactions: 0,
      max_locks_per_transaction: 64,
    },
  };
}

const standby = (lsn: string, o: Partial<NodePosition> = {}): NodePosition => ({
  inRecovery: true,
  systemIdentifier: '7',
  timeline: 3,
  lsn: requireLsn(lsn),
  receivedLsn: null,
  receiver: null,
  replayPaused: false,
  ...o,
});

const of = (c: ControlData, position: NodePosition | null = null, segmentTimeline: number | null = null) =>
  relate({ control: c, position, segmentTimeline }, HISTORY, formatLsn);

const CRASHED = { state: 'in production', checkpoint: '0/4000000' };
const RECOVERING = { state: 'in archive recovery', checkpoint: '0/4000000' };

describe('how an old primary lies to the new one', () => {
  it('takes a crashed node for diverged, because nobody can tell what it wrote', () => {
    expect(of(control(CRASHED))).toEqual({ kind: 'diverged', fork: FORK });
  });

  it('believes a node that was shut down before the fork', () => {
    expect(of(control({ state: 'shut down', checkpoint: '0/4FFFF00' }))).toEqual({
      kind: 'behind',
      fork: FORK,
    });
  });

  it('believes a node that is back in recovery and has nothing beyond the fork', () => {
    expect(of(control(CRASHED), standby('0/5000000')).kind).toBe('behind');
    expect(of(control({ ...RECOVERING, minRecovery: '0/5000000' }), standby('0/4800000')).kind).toBe(
      'behind',
    );
  });

  it('counts all that such a node has: replayed, received and flushed to its files', () => {
    expect(of(control(RECOVERING), standby('0/5000001')).kind).toBe('diverged');
    expect(of(control(RECOVERING), standby('0/4800000', { receivedLsn: requireLsn('0/5000001') })).kind).toBe(
      'diverged',
    );
    expect(of(control({ ...RECOVERING, minRecovery: '0/5000001' }), standby('0/4800000')).kind).toBe(
      'diverged',
    );
  });

  it('does not believe a node whose last checkpoint begins at the fork', () => {
    const checkpoint = '0/5000000';
    for (const state of ['shut down', 'shut down in recovery'])
      expect(of(control({ state, checkpoint })).kind).toBe('diverged');
    expect(of(control({ ...RECOVERING, checkpoint }), standby('0/5000000')).kind).toBe('diverged');
  });

  it('does not count what it has of the new timeline as its own', () => {
    expect(of(control(RECOVERING), standby('0/6000000', { timeline: 4 }))).toEqual({
      kind: 'behind',
      fork: null,
    });
  });

  it('knows by its WAL segments that a standby follows the new timeline while it changes its receiver', () => {
    expect(of(control(RECOVERING), standby('0/6000000'), 3).kind).toBe('diverged');
    expect(of(control(RECOVERING), standby('0/6000000'), 4)).toEqual({ kind: 'behind', fork: null });
  });

  it('knows by the end of its minimum recovery that a stopped standby followed the new timeline', () => {
    const ended = { checkpoint: '0/4000000', minRecovery: '0/6000000', minRecoveryTimeline: 4 };
    for (const state of ['shut down in recovery', 'in archive recovery'])
      expect(of(control({ state, ...ended }))).toEqual({ kind: 'behind', fork: null });
    expect(of(control({ state: 'in production', ...ended })).kind).toBe('diverged');
  });

  it('does not take WAL of the new timeline for followed in a node that does not answer', () => {
    expect(of(control({ ...RECOVERING, minRecovery: '0/6000000' }), null, 4).kind).toBe('diverged');
  });

  it('never believes the position of a node that accepts writes', () => {
    expect(of(control(CRASHED), { ...standby('0/4000000'), inRecovery: false }).kind).toBe('diverged');
  });

  it('knows a timeline that the new one does not come from', () => {
    expect(of(control({ ...CRASHED, timeline: 9 })).kind).toBe('unrelated');
  });
});
