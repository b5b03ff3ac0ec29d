import type { Clock } from '#server/ports/clock.ts';
import type { LiveNotice, LivePublisher } from '#server/ports/live-feed.ts';
import type { Log } from '#server/ports/log.ts';

const AT_MOST_EVERY_MS = 150;

/** Notices on their way to browsers: the same one many times in a moment is one. Losing one costs a refresh. */
export class NoticeSender {
  readonly #live: LivePublisher;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #waiting = new Map<string, LiveNotice>();
  #sending: Promise<void> | null = null;

  constructor(live: LivePublisher, clock: Clock, log: Log) {
    this.#live = live;
    this.#clock = clock;
    this.#log = log;
  }

  send(notice: LiveNotice): void {
    this.#waiting.set(`${notice.kind} ${notice.id}`, notice);
    this.#sending ??= this.#run().finally(() => {
      this.#sending = null;
      if (this.#waiting.size > 0) for (const n of this.#waiting.values()) this.send(n);
    });
  }

  async stop(): Promise<void> {
    while (this.#sending !== null) await this.#sending;
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      const notices = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const notice of notices) {
        await this.#live
          .publish({ type: 'notice', notice })
          .catch((error: unknown) => this.#log.warn({ err: error }, 'notice not sent'));
      }
      await this.#clock.sleep(AT_MOST_EVERY_MS);
    }
  }
}
