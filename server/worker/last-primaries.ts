import { notePrimary, type LastPrimary } from '#server/domain/loss-preview.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { KeptPrimary, LastPrimaryRows } from '#server/ports/last-primaries.ts';
import type { LiveMessage, LivePublisher } from '#server/ports/live-feed.ts';
import type { Log } from '#server/ports/log.ts';

interface Deps {
  rows: LastPrimaryRows;
  clock: Clock;
  log: Log;
}

interface Known extends KeptPrimary {
  /** The newest tick saw the primary itself. */
  seen: boolean;
}

/** Ordinary positions are kept so often; what changes a promise, or may be the last, at once. */
const SAVE_EVERY_MS = 2_000;
const LOOK_EVERY_MS = 250;
/** Ticks come every second: a pair that was not heard of for longer is another worker's now. */
const OURS_MS = 10_000;

/** What the monitors saw last of every primary; what the loss preview rests on. It survives this worker. */
export class LastPrimaries {
  readonly #deps: Deps;
  readonly #known = new Map<string, Known>();
  readonly #restored = new Map<string, Promise<void>>();
  readonly #urgent = new Set<string>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Of this worker's own pairs from memory, else as another one kept it; null = never seen. */
  async get(pairId: string): Promise<LastPrimary | null> {
    await this.#restored.get(pairId);
    const nowMs = this.#deps.clock.nowMs();
    const own = this.#known.get(pairId);
    if (own !== undefined && nowMs - own.watchedUntilMs < OURS_MS) return own.last;
    const kept = await this.#deps.rows.load(pairId);
    return kept === null ? (own?.last ?? null) : withGap(kept, nowMs);
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

  /** Saves until the signal; a control database that is away only delays it. */
  async keep(signal: AbortSignal): Promise<void> {
    const { clock, rows, log } = this.#deps;
    let savedAtMs = clock.monotonicMs();
    while (!signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
      const all = signal.aborted || clock.monotonicMs() - savedAtMs >= SAVE_EVERY_MS;
      if (!all && this.#urgent.size === 0) continue;
      const ids = all ? [...this.#known.keys()] : [...this.#urgent];
      this.#urgent.clear();
      if (all) savedAtMs = clock.monotonicMs();
      const oldestMs = clock.nowMs() - OURS_MS;
      const due = ids.flatMap((pairId) => {
        const kept = this.#known.get(pairId);
        if (kept === undefined || kept.watchedUntilMs < oldestMs) return [];
        return [{ pairId, last: kept.last, watchedUntilMs: kept.watchedUntilMs }];
      });
      await rows.save(due).catch((error: unknown) => {
        log.warn({ err: error }, 'last positions of primaries not kept');
      });
    }
  }

  #note(message: LiveMessage): void {
    if (message.type !== 'tick') return;
    for (const sample of message.tick.samples) this.#take(sample);
  }

  #take(sample: PairSample): void {
    const { pairId } = sample;
    const nowMs = this.#deps.clock.nowMs();
    const before = this.#before(pairId, nowMs);
    const known = before?.last ?? null;
    const last = notePrimary(known, sample);
    if (last === null) {
      this.#known.delete(pairId);
      return;
    }
    const seen = last !== known;
    this.#known.set(pairId, { last, watchedUntilMs: nowMs, seen });
    const isNew = known === null || known.epoch !== last.epoch || known.synchronous !== last.synchronous;
    // A primary that was not seen in this tick may never be seen again.
    if (isNew || (!seen && before?.seen === true)) this.#urgent.add(pairId);
  }

  /** Ticks of another worker may lie between, or before: what it saw is in the control database. */
  #before(pairId: string, nowMs: number): Known | null {
    const known = this.#known.get(pairId) ?? null;
    const isOld = known !== null && nowMs - known.watchedUntilMs >= OURS_MS;
    if (isOld) this.#known.delete(pairId);
    if (isOld || !this.#restored.has(pairId)) this.#restored.set(pairId, this.#restore(pairId, nowMs));
    return isOld ? null : known;
  }

  async #restore(pairId: string, firstTickMs: number): Promise<void> {
    try {
      const kept = await this.#deps.rows.load(pairId);
      if (kept === null || (this.#known.get(pairId)?.last.atMs ?? 0) >= kept.last.atMs) return;
      const last = withGap(kept, firstTickMs);
      this.#known.set(pairId, { last, watchedUntilMs: firstTickMs, seen: false });
    } catch (error) {
      this.#restored.delete(pairId);
      this.#deps.log.warn({ err: error, pairId }, 'last position of a primary not read');
    }
  }
}

/** Nobody watched since the last time that it was kept. */
function withGap({ last, watchedUntilMs }: KeptPrimary, nowMs: number): LastPrimary {
  return { ...last, unwatchedMs: last.unwatchedMs + Math.max(0, nowMs - watchedUntilMs) };
}
