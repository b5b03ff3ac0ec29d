import type { ReachableNodeSample } from '#server/domain/node-sample.ts';
import type { Clock } from '#server/ports/clock.ts';
import { inTime } from './in-time.ts';
import type { KeptSession } from './kept-session.ts';
import { DEADLINE_MS, type Patience } from './patience.ts';
import { parseSample, SAMPLE_SQL } from './sample-sql.ts';

/** A session that owes an answer for so long is given up, ms. */
const GIVE_UP_MS = 3_000;

type Sample = Omit<ReachableNodeSample, 'reachable' | 'instanceId' | 'tick' | 'databaseBytes'>;

/**
 * Samples over one kept session. An answer that misses its poll is waited for by the next one before
 * that asks again: a new login for each late answer would make a busy server busier still.
 */
export class SampleSource {
  readonly #clock: Clock;
  readonly #session: KeptSession;
  readonly #patience: Patience;
  #owed: Promise<void> | null = null;

  constructor(clock: Clock, session: KeptSession, patience: Patience) {
    this.#clock = clock;
    this.#session = session;
    this.#patience = patience;
  }

  /** A node that was never seen is not late while it waits for its turn to be logged in to. */
  async ready(): Promise<void> {
    if (!this.#patience.known) await this.#session.begun();
  }

  async take(signal: AbortSignal): Promise<Sample> {
    const clock = this.#clock;
    const endMs = clock.monotonicMs() + (this.#session.alive ? DEADLINE_MS : this.#patience.openMs);
    const within = <T>(work: Promise<T>): Promise<T> =>
      inTime(clock, Math.max(1, endMs - clock.monotonicMs()), work);
    if (this.#owed !== null) await within(this.#owed);
    const session = await within(this.#session.get());
    const askedAtMs = clock.monotonicMs();
    const asked = session.query<{ sample: string }>(SAMPLE_SQL, [], {
      signal,
      timeoutMs: GIVE_UP_MS,
      name: 'tandem_sample',
    });
    this.#owe(asked);
    const rows = await within(asked);
    const roundTripMs = clock.monotonicMs() - askedAtMs;
    this.#patience.seen(roundTripMs);
    return { ...parseSample(rows[0]?.sample ?? 'null'), takenAtMs: clock.nowMs(), roundTripMs };
  }

  #owe(asked: Promise<unknown>): void {
    this.#owed = asked
      .then(
        () => undefined,
        () => this.#session.drop(),
      )
      .finally(() => {
        this.#owed = null;
      });
  }
}
