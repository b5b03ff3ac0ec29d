import type { LiveMessage, LiveSubscriber, LiveTick } from '#server/ports/live-feed.ts';

const RING_MS = 15 * 60_000;
/** What is too old goes in batches: each batch copies the ring. */
const TRIM_MS = 10_000;

/** The web's memory of the last 15 minutes of ticks, and the fan-out to its streams. */
export class LiveHub implements LiveSubscriber {
  connected = false;
  lastTickAtMs: number | null = null;
  readonly #nowMs: () => number;
  readonly #listeners = new Set<(message: LiveMessage) => void>();
  /** With the time of arrival here: workers' clocks may differ. */
  #ring: { tick: LiveTick; atMs: number }[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  receive(message: LiveMessage): void {
    if (message.type === 'tick') this.#remember(message.tick);
    for (const listener of this.#listeners) listener(message);
  }

  /** Ticks after `lastId` that are still in the ring; null when it is no longer known. */
  since(lastId: string): LiveTick[] | null {
    const index = this.#ring.findLastIndex(({ tick }) => tick.id === lastId);
    return index < 0 ? null : this.#ring.slice(index + 1).map(({ tick }) => tick);
  }

  recent(fromMs: number): LiveTick[] {
    const index = this.#ring.findIndex(({ tick }) => tick.sentAtMs >= fromMs);
    return index < 0 ? [] : this.#ring.slice(index).map(({ tick }) => tick);
  }

  subscribe(listener: (message: LiveMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #remember(tick: LiveTick): void {
    const atMs = this.#nowMs();
    this.lastTickAtMs = atMs;
    this.#ring.push({ tick, atMs });
    const oldest = this.#ring[0]?.atMs ?? atMs;
    if (atMs - oldest > RING_MS + TRIM_MS) this.#ring = this.#ring.filter((t) => atMs - t.atMs <= RING_MS);
  }
}
