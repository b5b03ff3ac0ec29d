import type { Clock } from '#server/ports/clock.ts';
import { ENDED } from './in-time.ts';

/**
 * Turns for what is heavy: so many at once, and one that takes longer than `heldMs` makes room for the
 * next, so that hosts that hang keep nobody waiting. Hundreds of logins at once are each so slow that
 * they miss their deadlines and begin again, for ever; one after the other they are done in seconds.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #atOnce: number;
  readonly #heldMs: number;
  readonly #waiting: (() => void)[] = [];
  #held = 0;

  constructor(clock: Clock, o: { atOnce: number; heldMs: number }) {
    this.#clock = clock;
    this.#atOnce = o.atOnce;
    this.#heldMs = o.heldMs;
  }

  /** Resolves with what gives the turn back; giving it back twice does nothing. */
  async turn(): Promise<() => void> {
    if (this.#held >= this.#atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#held += 1;
    const held = new AbortController();
    let mine = true;
    const giveBack = (): void => {
      if (!mine) return;
      mine = false;
      held.abort(ENDED);
      // The place goes to the next one as it is.
      const next = this.#waiting.shift();
      if (next === undefined) this.#held -= 1;
      else next();
    };
    this.#clock.sleep(this.#heldMs, held.signal).then(giveBack, () => undefined);
    return giveBack;
  }

  /** Runs the work in a turn of its own. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const giveBack = await this.turn();
    try {
      return await work();
    } finally {
      giveBack();
    }
  }
}
