import { classify, diagnose, startingState, type DiagnosisState } from '#server/domain/diagnosis.ts';
import { EMPTY_TRACK, extendTrack, lagOf, type PrimaryTrack } from '#server/domain/lag.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { FreshLook, NodePoller, WatchedPair } from '#server/ports/monitoring.ts';
import { phaseOf } from './phase-of.ts';

/**
 * Only new connections show a frozen postmaster, and it must be shown within 5 s: with 2 ticks between
 * two knocks, the deadline of one and a second look in the next tick, that is less than 4 s.
 */
const KNOCK_EVERY_TICKS = 2;
/** A login proves the rest: rules, password, a free place. It costs a server as much as ten knocks. */
const LOGIN_EVERY_TICKS = 30;

/**
 * One pair's memory between ticks: the primary's track (lag in seconds), the diagnosis with its
 * hysteresis, and whether the last tick left a doubt that a new connection must clear.
 */
export class PairMonitor {
  #pair: WatchedPair;
  #track: PrimaryTrack = EMPTY_TRACK;
  #state: DiagnosisState;
  /**
   * `new` = the last tick raised it: both nodes are logged in to anew. Opening the kept sessions is a
   * login of its own, so there is no doubt at first.
   */
  #doubt: 'none' | 'new' | 'old' = 'none';
  #polling = false;
  readonly #phase: number;
  /** Ticks that began while the one before was still open. */
  overruns = 0;

  constructor(pair: WatchedPair, nowMs: number) {
    this.#pair = pair;
    this.#phase = phaseOf(pair.pairId, LOGIN_EVERY_TICKS);
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
      const look = { tick: o.tick, fresh: this.#freshLook(o.tick), signal: o.signal };
      const [primary, standby] = await Promise.all([
        poller.poll(pair.primary, look),
        poller.poll(pair.standby, look),
      ]);
      this.#doubt = primary.reachable && standby.reachable ? 'none' : this.#doubt === 'none' ? 'new' : 'old';
      this.#track = extendTrack(this.#track, primary);
      const lag = lagOf(primary, standby, this.#track);
      const before = this.#state.current.code;
      const nowMs = o.nowMs();
      this.#state = diagnose(
        this.#state,
        classify({ primary, standby, lag, slotName: pair.slotName, detachedSinceMs: pair.detachedSinceMs }),
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

  /** Each pair logs in in a tick of its own: all at once would be as many logins as there are nodes. */
  #freshLook(tick: number): FreshLook {
    const turn = tick + this.#phase;
    if (this.#doubt === 'new' || turn % LOGIN_EVERY_TICKS === 0) return 'login';
    return this.#doubt === 'old' || turn % KNOCK_EVERY_TICKS === 0 ? 'knock' : 'none';
  }
}
