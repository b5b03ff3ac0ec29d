import type { NodeView, PairView } from '#server/services/services.ts';
import { iso } from '../units.ts';

function nodeJson(node: NodeView, pair: PairView) {
  const sample = pair.sample?.[node.role] ?? null;
  return {
    server: node.serverName,
    host: node.host,
    port: node.port,
    dataDirectory: node.dataDirectory,
    version: node.majorVersion,
    reachable: sample === null ? null : sample.reachable,
    problem: sample === null || sample.reachable ? null : sample.detail,
    timeline: sample?.reachable === true ? sample.timeline : null,
  };
}

/** What the last look at both nodes told; null = unknown, never 0. */
function sampleJson(sample: PairView['sample'], nowMs: number) {
  if (sample === null) return NO_SAMPLE;
  const { diagnosis, lag, takenAtMs } = sample;
  return {
    state: diagnosis.code,
    severity: diagnosis.severity,
    since: iso(diagnosis.sinceMs),
    sampledAt: iso(takenAtMs),
    sampleAgeMs: Math.max(0, nowMs - takenAtMs),
    notReceivedBytes: lag.notReceivedBytes,
    notReplayedBytes: lag.notReplayedBytes,
    delaySeconds: lag.seconds,
  };
}

const NO_SAMPLE = {
  state: null,
  severity: 'unknown',
  since: null,
  sampledAt: null,
  sampleAgeMs: null,
  notReceivedBytes: null,
  notReplayedBytes: null,
  delaySeconds: null,
} as const;

function certificatesOf({ tls }: PairView): 'pair' | 'own' | null {
  if (tls === null) return null;
  return tls.own ? 'own' : 'pair';
}

/** A pair as `pair list` and `pair show` print it with --json. */
export function pairJson(pair: PairView, nowMs: number) {
  return {
    id: pair.id,
    name: pair.name,
    environment: pair.environment,
    mode: pair.mode,
    epoch: pair.epoch,
    slot: pair.slotName,
    primary: nodeJson(pair.primary, pair),
    standby: nodeJson(pair.standby, pair),
    ...sampleJson(pair.sample, nowMs),
    readiness: { state: pair.readiness.state, reasons: pair.readiness.reasons.map((reason) => reason.en) },
    mustRejoin: pair.mustRejoin?.serverName ?? null,
    detachedSince: pair.detached === null ? null : new Date(pair.detached.sinceMs).toISOString(),
    encryptedUntil: pair.tls === null ? null : new Date(pair.tls.notAfterMs).toISOString(),
    certificatesOf: certificatesOf(pair),
    startGateMissing: pair.gateWish,
    pendingFence: pair.pendingFence?.serverName ?? null,
    runningOperationId: pair.runningOperationId,
  };
}
export type PairJson = ReturnType<typeof pairJson>;
