import type { LiveMessage, LiveSubscriber, LiveTick } from '#server/ports/live-feed.ts';

const RING_TICKS = 900;

/** The web's memory of the last 15 minutes of ticks, and the fan-out to its streams. */
export class LiveHub implements LiveSubscriber {
  connected = false;
  lastTickAtMs: number | null = null;
  readonly #nowMs: () => number;
  readonly #listeners = new Set<(message: LiveMessage) => void>();
  #ring: LiveTick[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  receive(message: LiveMessage): void {
    if (message.type === 'tick') this.#remember(message.tick);
    for (const listener of this.#listeners) listener(message);
  }

  /** Ticks after `lastId` that are still in the ring; null when it is no longer known. */
  since(lastId: string): LiveTick[] | null {
    const index = this.#ring.findIndex((tick) => tick.id === lastId);
    return index < 0 ? null : this.#ring.slice(index + 1);
  }

  recent(fromMs: number): LiveTick[] {
    const index = this.#ring.findIndex((tick) => tick.sentAtMs >= fromMs);
    return index < 0 ? [] : this.#ring.slice(index);
  }

  subscribe(listener: (message: LiveMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #remember(tick: LiveTick): void {
    this.lastTickAtMs = this.#nowMs();
    this.#ring.push(tick);
    if (this.#ring.length > RING_TICKS) this.#ring = this.#ring.slice(-RING_TICKS);
  }
}
