import { toAppError, type AppError } from '#server/errors/app-error.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { FreshLook } from '#server/ports/monitoring.ts';
import { ENDED, inTime } from './in-time.ts';
import type { Pace } from './pace.ts';
import type { Patience } from './patience.ts';

/** `knock` = a new connection is answered; `login` = a new session opens. */
type Proof = 'knock' | 'login';

export interface FreshLooksDeps {
  clock: Clock;
  patience: Patience;
  /** Turns for logins. */
  pace: Pace;
  knock: (signal: AbortSignal) => Promise<void>;
  login: (signal: AbortSignal) => Promise<void>;
}

/**
 * New connections to one node, beside its kept session: a frozen postmaster answers on what is open
 * while nobody can connect any more. Each look has a deadline of its own and outlives the poll that
 * began it; what failed is tried again with every poll until it succeeds.
 */
export class FreshLooks {
  readonly #deps: FreshLooksDeps;
  readonly #pending = new Map<Proof, Promise<void>>();
  readonly #failed = new Map<Proof, AppError>();

  constructor(deps: FreshLooksDeps) {
    this.#deps = deps;
  }

  /** Begins what is asked for and what failed before; rejects with what is known after `waitMs` at most. */
  async look(wanted: FreshLook, waitMs: number, signal: AbortSignal): Promise<void> {
    const awaited = new Set<Proof>(this.#failed.keys());
    if (wanted !== 'none') awaited.add('knock');
    for (const proof of awaited) this.#begin(proof, signal);
    // A login may be slow for many reasons: what was a success so far is not waited for.
    if (wanted === 'login') this.#begin('login', signal);
    if (awaited.size > 0) {
      const answers = Promise.all([...awaited].flatMap((proof) => this.#pending.get(proof) ?? []));
      await inTime(this.#deps.clock, waitMs, answers).catch(() => undefined);
    }
    const [failure] = this.#failed.values();
    if (failure !== undefined) throw failure;
  }

  #begin(proof: Proof, signal: AbortSignal): void {
    if (this.#pending.has(proof)) return;
    const { pace } = this.#deps;
    // Its deadline begins with its turn: a login that waits for ours proves nothing about the server.
    const tried = proof === 'login' ? pace.run(() => this.#try(proof, signal)) : this.#try(proof, signal);
    const done = tried
      .then(
        () => void this.#failed.delete(proof),
        (thrown: unknown) => {
          if (!signal.aborted) this.#failed.set(proof, toAppError(thrown));
        },
      )
      .finally(() => this.#pending.delete(proof));
    this.#pending.set(proof, done);
  }

  #try(proof: Proof, signal: AbortSignal): Promise<void> {
    const { clock, patience } = this.#deps;
    const stop = new AbortController();
    const ms = proof === 'knock' ? patience.knockMs : patience.loginMs;
    const work = this.#deps[proof](AbortSignal.any([signal, stop.signal]));
    return inTime(clock, ms, work).finally(() => stop.abort(ENDED));
  }
}
