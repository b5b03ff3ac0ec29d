import type { ReachableNodeSample, UnreachableNodeSample } from '#server/domain/node-sample.ts';

const COMMON: ReachableNodeSample = {
  reachable: true,
  instanceId: 'i',
  tick: 1,
  takenAtMs: 1_000,
  roundTripMs: 2,
  inRecovery: false,
  systemIdentifier: '7300000000000000001',
  timeline: 1,
  serverVersionNum: 150_018,
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
};

/** A primary to which a standby streams; all its positions at `lsn`. */
export function primarySample(lsn = '0/3000000', o: Partial<ReachableNodeSample> = {}): ReachableNodeSample {
  const sender = {
    applicationName: 'standby',
    clientAddr: '10.0.0.2',
    state: 'streaming',
    syncState: 'async',
    sentLsn: lsn,
    writeLsn: lsn,
    flushLsn: lsn,
    replayLsn: lsn,
    replyAgeMs: 10,
  };
  return { ...COMMON, insertLsn: lsn, writeLsn: lsn, flushLsn: lsn, senders: [sender], ...o };
}

/** A standby that streams; received and replayed up to `lsn`. */
export function standbySample(lsn = '0/3000000', o: Partial<ReachableNodeSample> = {}): ReachableNodeSample {
  const receiver = {
    status: 'streaming',
    receivedTimeline: 1,
    flushedLsn: lsn,
    latestEndLsn: lsn,
    lastMessageAgeMs: 10,
    statusIntervalMs: 10_000,
    senderHost: '10.0.0.1',
    senderPort: 5432,
    slotName: null,
  };
  return { ...COMMON, instanceId: 'j', inRecovery: true, receiveLsn: lsn, replayLsn: lsn, receiver, ...o };
}

/** A node that gave no answer. */
export function silentSample(o: Partial<UnreachableNodeSample> = {}): UnreachableNodeSample {
  return {
    reachable: false,
    instanceId: 'i',
    tick: 1,
    takenAtMs: 1_000,
    hop: 'ssh',
    detail: 'no answer',
    hostAnswers: false,
    ...o,
  };
}
