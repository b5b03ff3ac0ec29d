import type { HistoryPoint } from '#server/domain/history.ts';
import type { ReachableNodeSample } from '#server/domain/node-sample.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { LiveNotice, LiveTick } from '#server/ports/live-feed.ts';
import { ClockOffset } from './clock-offset.ts';
import { toHistoryPoint } from './history-point.ts';

/** Seconds of samples kept for the live charts. */
export const RING_TICKS = 300;

export interface LiveStatus {
  /** `connecting` = the first connection of this page is on its way. */
  connection: 'connecting' | 'connected' | 'lost';
  /** Browser clock of the moment when the stream went away. */
  lostAtMs: number | null;
  /** The person stopped the picture; samples go on arriving. */
  paused: boolean;
}

type Listener = () => void;

/**
 * What the one stream of the page has brought so far, outside React: components subscribe to a
 * single pair, so a tick of 500 pairs renders only what is on the screen.
 */
export class LiveStore {
  readonly clock = new ClockOffset();
  readonly #shown = new Map<string, PairSample>();
  readonly #arrived = new Map<string, PairSample>();
  readonly #lastPrimaries = new Map<string, ReachableNodeSample>();
  readonly #rings = new Map<string, HistoryPoint[]>();
  readonly #pairListeners = new Map<string, Set<Listener>>();
  readonly #statusListeners = new Set<Listener>();
  readonly #noticeListeners = new Set<(notice: LiveNotice | 'reset') => void>();
  #status: LiveStatus = { connection: 'connecting', lostAtMs: null, paused: false };

  /** Takes in one tick that arrived at `arrivedAtMs` (browser clock). */
  tick(tick: LiveTick, arrivedAtMs: number): void {
    this.clock.tick(tick.sentAtMs, arrivedAtMs);
    for (const sample of tick.samples) this.seed(sample);
  }

  /** Takes in a sample from a query or the stream; an older one than the known is ignored. */
  seed(sample: PairSample): void {
    const known = this.#arrived.get(sample.pairId);
    if (known !== undefined && known.takenAtMs >= sample.takenAtMs) return;
    this.#arrived.set(sample.pairId, sample);
    if (sample.primary.reachable) this.#lastPrimaries.set(sample.pairId, sample.primary);
    const ring = [...(this.#rings.get(sample.pairId) ?? []), toHistoryPoint(sample)];
    this.#rings.set(sample.pairId, ring.length > RING_TICKS ? ring.slice(-RING_TICKS) : ring);
    if (!this.#status.paused || known === undefined) this.#show(sample);
  }

  notice(notice: LiveNotice | 'reset'): void {
    for (const listener of this.#noticeListeners) listener(notice);
  }

  connected(): void {
    if (this.#status.connection !== 'connected') this.#setStatus({ connection: 'connected', lostAtMs: null });
  }

  lost(atMs: number): void {
    if (this.#status.connection !== 'lost') this.#setStatus({ connection: 'lost', lostAtMs: atMs });
  }

  setPaused(paused: boolean): void {
    if (paused === this.#status.paused) return;
    this.#setStatus({ paused });
    if (!paused) for (const sample of this.#arrived.values()) this.#show(sample);
  }

  readonly status = (): LiveStatus => this.#status;
  sample(pairId: string): PairSample | null {
    return this.#shown.get(pairId) ?? null;
  }
  /** The primary's last answer on this page; it may be long ago. */
  lastPrimary(pairId: string): ReachableNodeSample | null {
    return this.#lastPrimaries.get(pairId) ?? null;
  }
  /** Points of the last minutes, oldest first; a new array for each new point. */
  ring(pairId: string): readonly HistoryPoint[] {
    return this.#rings.get(pairId) ?? NO_POINTS;
  }

  readonly subscribeStatus = (listener: Listener) => {
    this.#statusListeners.add(listener);
    return () => void this.#statusListeners.delete(listener);
  };
  subscribeNotices(listener: (notice: LiveNotice | 'reset') => void): () => void {
    this.#noticeListeners.add(listener);
    return () => void this.#noticeListeners.delete(listener);
  }
  subscribePair(pairId: string, listener: Listener): () => void {
    const listeners = this.#pairListeners.get(pairId) ?? new Set();
    this.#pairListeners.set(pairId, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  #show(sample: PairSample): void {
    this.#shown.set(sample.pairId, sample);
    for (const listener of this.#pairListeners.get(sample.pairId) ?? []) listener();
  }

  #setStatus(change: Partial<LiveStatus>): void {
    this.#status = { ...this.#status, ...change };
    for (const listener of this.#statusListeners) listener();
  }
}

const NO_POINTS: readonly HistoryPoint[] = [];
