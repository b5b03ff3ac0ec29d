import { classify, diagnose, startingState, type DiagnosisState } from '#server/domain/diagnosis.ts';
import { EMPTY_TRACK, extendTrack, lagOf, type PrimaryTrack } from '#server/domain/lag.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { NodePoller, WatchedPair } from '#server/ports/monitoring.ts';

/**
 * Ticks between two fresh connections. Only they show a frozen postmaster: with the deadline of one and
 * a second look, 2 says it in less than 4 s; 5 would take up to 7 s.
 */
const FRESH_EVERY_TICKS = 2;

/**
 * One pair's memory between ticks: the primary's track (lag in seconds), the diagnosis with its
 * hysteresis, and whether the last tick left a doubt that a fresh connection must clear.
 */
export class PairMonitor {
  #pair: WatchedPair;
  #track: PrimaryTrack = EMPTY_TRACK;
  #state: DiagnosisState;
  #doubt = true;
  #polling = false;
  /** Ticks that began while the one before was still open. */
  overruns = 0;

  constructor(pair: WatchedPair, nowMs: number) {
    this.#pair = pair;
    this.#state = startingState(nowMs);
  }

  /** Takes over a changed inventory row; swapped roles begin a new track. */
  update(pair: WatchedPair): void {
    if (pair.epoch !== this.#pair.epoch) this.#track = EMPTY_TRACK;
    this.#pair = pair;
  }

  /** Polls both nodes at once; null when the tick before is still open. */
  async tick(
    poller: NodePoller,
    o: { tick: number; nowMs: () => number; signal: AbortSignal },
  ): Promise<{ sample: PairSample; changed: boolean } | null> {
    if (this.#polling) {
      this.overruns += 1;
      return null;
    }
    this.#polling = true;
    try {
      const pair = this.#pair;
      const fresh = this.#doubt || o.tick % FRESH_EVERY_TICKS === 0;
      const look = { tick: o.tick, fresh, signal: o.signal };
      const [primary, standby] = await Promise.all([
        poller.poll(pair.primary, look),
        poller.poll(pair.standby, look),
      ]);
      this.#doubt = !primary.reachable || !standby.reachable;
      this.#track = extendTrack(this.#track, primary);
      const lag = lagOf(primary, standby, this.#track);
      const before = this.#state.current.code;
      const nowMs = o.nowMs();
      this.#state = diagnose(
        this.#state,
        classify({ primary, standby, lag, slotName: pair.slotName }),
        nowMs,
      );
      const { current: diagnosis } = this.#state;
      const takenAtMs = Math.min(primary.takenAtMs, standby.takenAtMs);
      const sample = {
        pairId: pair.pairId,
        epoch: pair.epoch,
        tick: o.tick,
        takenAtMs,
        primary,
        standby,
        lag,
        diagnosis,
      };
      return { sample, changed: diagnosis.code !== before };
    } finally {
      this.#polling = false;
    }
  }
}
