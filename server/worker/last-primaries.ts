import { notePrimary, type LastPrimary } from '#server/domain/loss-preview.ts';
import type { LiveMessage, LivePublisher } from '#server/ports/live-feed.ts';

/** What this worker's monitor saw last of every primary; what the loss preview rests on. */
export class LastPrimaries {
  readonly #known = new Map<string, LastPrimary>();

  get(pairId: string): LastPrimary | null {
    return this.#known.get(pairId) ?? null;
  }

  /** The publisher, with an ear on it. */
  listenTo(live: LivePublisher): LivePublisher {
    return {
      publish: (message) => {
        this.#note(message);
        return live.publish(message);
      },
    };
  }

  #note(message: LiveMessage): void {
    if (message.type !== 'tick') return;
    for (const sample of message.tick.samples) {
      const last = notePrimary(this.get(sample.pairId), sample);
      if (last === null) this.#known.delete(sample.pairId);
      else this.#known.set(sample.pairId, last);
    }
  }
}
