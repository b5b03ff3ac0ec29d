import { HISTORY_RESOLUTION, type HistoryPoint } from '#server/domain/history.ts';
import { shouldRenew } from '#server/domain/pair-tls.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { LiveSubscriber } from '#server/ports/live-feed.ts';
import type { PairReader, StoredPair } from '#server/ports/pair-reader.ts';
import type { PairView, Services } from './services.ts';

const RANGE_MS = { '5m': 5 * 60_000, '1h': 3_600_000, '24h': 24 * 3_600_000 } as const;
/** A sample older than this is not the pair's present; the page says "no sample" then. */
const RECENT_MS = 10_000;

/** Looks without anybody watching come every 30 s: two missed ones, and nobody knows. */
const READINESS_MS = 75_000;

/** Pairs with their last sample; raw seconds come from this process's ring, older ones from rollups. */
export function createPairsService(deps: {
  reader: PairReader;
  live: LiveSubscriber;
  clock: Clock;
}): Services['pairs'] {
  const { reader, live, clock } = deps;
  const samples = (): Map<string, PairSample> => {
    const ticks = live.recent(clock.nowMs() - RECENT_MS);
    return new Map(ticks.flatMap((tick) => tick.samples.map((s): [string, PairSample] => [s.pairId, s])));
  };
  const view = (
    { mustRejoinInstanceId, detached, tls, readiness, ...pair }: StoredPair,
    all: Map<string, PairSample>,
  ): PairView => ({
    ...pair,
    sample: all.get(pair.id) ?? null,
    readiness: presentReadiness(readiness, clock.nowMs()),
    detached: detached === null ? null : { sinceMs: detached.sinceMs },
    tls:
      tls === null
        ? null
        : {
            notAfterMs: tls.notAfterMs,
            renew: shouldRenew(tls, clock.nowMs()),
            own: tls.caSecretId === null,
          },
    mustRejoin: [pair.primary, pair.standby].find((n) => n.instanceId === mustRejoinInstanceId) ?? null,
  });
  return {
    list: async () => {
      const all = samples();
      return (await reader.list()).map((pair) => view(pair, all));
    },
    get: async (id) => view(await reader.get(id), samples()),
    history: async (id, range) => {
      const fromMs = clock.nowMs() - RANGE_MS[range];
      const resolution = HISTORY_RESOLUTION[range];
      if (resolution !== 1) return reader.history(id, resolution, fromMs);
      return live.recent(fromMs).flatMap((tick) => tick.samples.filter((s) => s.pairId === id).map(pointOf));
    },
    events: (id, limit) => reader.events(id, limit),
  };
}

function presentReadiness(found: StoredPair['readiness'], nowMs: number): PairView['readiness'] {
  if (found === null) return { state: 'unknown', takenAtMs: null, reasons: [] };
  const isOld = nowMs - found.takenAtMs > READINESS_MS;
  return isOld ? { ...found, state: 'unknown', reasons: [] } : found;
}

function pointOf({ takenAtMs, lag, primary }: PairSample): HistoryPoint {
  return {
    atMs: takenAtMs,
    notReceivedBytes: lag.notReceivedBytes,
    notReplayedBytes: lag.notReplayedBytes,
    lagSeconds: lag.seconds,
    walBytesPerSecond: lag.walBytesPerSecond,
    slotRetainedBytes: primary.reachable
      ? primary.slots.reduce((max, s) => Math.max(max, s.retainedBytes ?? 0), 0)
      : null,
    commitsPerSecond: lag.commitsPerSecond,
  };
}
