import type { StepProgress } from '#server/domain/operation-view.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Lease, OperationStore, StoredAttempt } from '#server/ports/operation-store.ts';

const FLUSH_EVERY_MS = 300;
const FLUSH_AT_LINES = 50;

type Stream = 'engine' | 'stdout' | 'stderr';

/**
 * Log lines and progress of one attempt on their way to the store: batched, in order, one write
 * at a time. A journal that cannot be written never fails a step; the attempt rows are the truth.
 */
export class StepJournal {
  readonly #store: OperationStore;
  readonly #clock: Clock;
  readonly #lease: Lease;
  readonly #attempt: StoredAttempt;
  #lines: { stepName: string; atMs: number; stream: Stream; text: string }[] = [];
  #progress: StepProgress | null = null;
  #lastFlushMs = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: OperationStore, clock: Clock, lease: Lease, attempt: StoredAttempt) {
    this.#store = store;
    this.#clock = clock;
    this.#lease = lease;
    this.#attempt = attempt;
  }

  log(stream: Stream, stepName: string, text: string): void {
    const trimmed = text.replace(/\s+$/u, '');
    if (trimmed === '') return;
    this.#lines.push({ stepName, atMs: this.#clock.nowMs(), stream, text: trimmed });
    this.#maybeFlush();
  }

  progress(p: StepProgress): void {
    this.#progress = p;
    this.#maybeFlush();
  }

  /** Writes what is pending and waits for it. */
  async flush(): Promise<void> {
    this.#start();
    await this.#writing;
  }

  #maybeFlush(): void {
    const due = this.#clock.monotonicMs() - this.#lastFlushMs >= FLUSH_EVERY_MS;
    if (due || this.#lines.length >= FLUSH_AT_LINES) this.#start();
  }

  #start(): void {
    const lines = this.#lines;
    const progress = this.#progress;
    if (lines.length === 0 && progress === null) return;
    this.#lines = [];
    this.#progress = null;
    this.#lastFlushMs = this.#clock.monotonicMs();
    this.#writing = this.#writing
      .then(async () => {
        if (lines.length > 0) await this.#store.appendLog(this.#lease.operationId, lines);
        if (progress !== null) await this.#store.progress(this.#lease, this.#attempt.id, progress);
      })
      .catch(() => undefined);
  }
}
