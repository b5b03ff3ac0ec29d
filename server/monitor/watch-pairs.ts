import { SAMPLE_INTERVAL_MS } from '#server/domain/freshness.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { LivePublisher } from '#server/ports/live-feed.ts';
import type { Log } from '#server/ports/log.ts';
import type { MonitorStore, NodePoller, RollupRow, WatchedPairs } from '#server/ports/monitoring.ts';
import { isAssigned } from './assigned-pairs.ts';
import { PairMonitor } from './pair-monitor.ts';
import { phaseOf } from './phase-of.ts';
import { Rollups } from './rollup.ts';

/** A second's polls begin in so many beats, each pair in its own: all at once would be a burst a second. */
const BEATS = 10;
const BEAT_MS = SAMPLE_INTERVAL_MS / BEATS;
/** A beat is published at the latest so long after it began; what comes later goes with a later one. */
const PUBLISH_AFTER_MS = 850;
const RELOAD_EVERY_TICKS = 2;
/** Rollups that could not be stored are kept so long, in rows, while the control database is away. */
const KEEP_ROWS = 50_000;

export interface MonitorDeps {
  workerId: string;
  clock: Clock;
  pairs: WatchedPairs;
  poller: NodePoller;
  store: MonitorStore;
  live: LivePublisher;
  log: Log;
}

/**
 * Polls this worker's pairs once a second at a fixed rate and publishes what came. Losing the
 * control database stops neither polling nor, once it is back, history: rows wait in memory.
 */
export async function watchPairs(deps: MonitorDeps, signal: AbortSignal): Promise<void> {
  const watch = new Watch(deps, signal);
  await watch.reload();
  const { clock } = deps;
  const startedAtMs = clock.monotonicMs();
  for (let beat = 0; !signal.aborted;) {
    watch.beat(Math.floor(beat / BEATS), beat % BEATS);
    await clock
      .sleep(Math.max(0, startedAtMs + (beat + 1) * BEAT_MS - clock.monotonicMs()), signal)
      .catch(() => undefined);
    // After a standstill of the process the beats that were missed are gone, not due all at once.
    beat = Math.max(beat + 1, Math.floor((clock.monotonicMs() - startedAtMs) / BEAT_MS));
  }
  await watch.stop();
}

class Watch {
  readonly #deps: MonitorDeps;
  readonly #signal: AbortSignal;
  readonly #monitors = new Map<string, PairMonitor>();
  readonly #rollups = new Rollups();
  readonly #open = new Set<Promise<void>>();
  #ready: PairSample[] = [];
  #unsaved: RollupRow[] = [];
  #background: Promise<void> = Promise.resolve();
  #reloading: Promise<void> | null = null;
  #publishing: Promise<void> | null = null;

  constructor(deps: MonitorDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Begins the polls of one beat; they end, and are published, by themselves. */
  beat(tick: number, phase: number): void {
    if (phase === 0 && tick > 0 && tick % RELOAD_EVERY_TICKS === 0) void this.reload();
    const work = this.#work(tick, phase).finally(() => this.#open.delete(work));
    this.#open.add(work);
  }

  async #work(tick: number, phase: number): Promise<void> {
    const due = [...this.#monitors].filter(([pairId]) => phaseOf(pairId, BEATS) === phase);
    const polls = due.map(([, monitor]) => this.#poll(monitor, tick));
    const enough = new AbortController();
    await Promise.race([
      Promise.all(polls),
      this.#deps.clock
        .sleep(PUBLISH_AFTER_MS, AbortSignal.any([enough.signal, this.#signal]))
        .catch(() => undefined),
    ]);
    enough.abort();
    if (phase === 0) this.#save();
    await this.#publish(tick, phase);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#open);
    this.#unsaved.push(...this.#rollups.flush());
    this.#save();
    await this.#background;
  }

  async #poll(monitor: PairMonitor, tick: number): Promise<void> {
    const { clock, poller, store, live, log } = this.#deps;
    const result = await monitor.tick(poller, { tick, nowMs: () => clock.nowMs(), signal: this.#signal });
    if (result === null) return;
    this.#ready.push(result.sample);
    this.#unsaved.push(...this.#rollups.add(result.sample));
    if (!result.changed) return;
    const { pairId, diagnosis } = result.sample;
    log.info({ pairId, diagnosis: diagnosis.code }, 'diagnosis changed');
    this.#inBackground(async () => {
      await store.saveEvent(pairId, diagnosis);
      await live.publish({ type: 'notice', notice: { kind: 'pair', id: pairId } });
    }, 'event not stored');
  }

  /** One at a time: what becomes ready meanwhile waits for the next, so a slow feed cannot pile up. */
  async #publish(tick: number, phase: number): Promise<void> {
    while (this.#publishing !== null) await this.#publishing;
    const samples = this.#ready;
    // Once a second also nothing is said: that this worker lives.
    if (samples.length === 0 && phase !== 0) return;
    this.#ready = [];
    this.#publishing = this.#send(`${tick}.${phase}`, samples);
    await this.#publishing;
    this.#publishing = null;
  }

  async #send(name: string, samples: PairSample[]): Promise<void> {
    const { clock, live, log, workerId } = this.#deps;
    try {
      await live.publish({
        type: 'tick',
        tick: { id: `${workerId}:${name}`, sentAtMs: clock.nowMs(), samples },
      });
    } catch (error) {
      log.warn({ err: error }, 'tick not published');
    }
  }

  #save(): void {
    const rows = this.#unsaved;
    if (rows.length === 0) return;
    this.#unsaved = [];
    this.#inBackground(async () => {
      try {
        await this.#deps.store.saveRollups(rows);
      } catch (error) {
        this.#unsaved = [...rows, ...this.#unsaved].slice(-KEEP_ROWS);
        throw error;
      }
    }, 'history not stored yet');
  }

  /** The inventory may be out of reach: then the known pairs are polled on. */
  reload(): Promise<void> {
    this.#reloading ??= this.#readInventory().finally(() => {
      this.#reloading = null;
    });
    return this.#reloading;
  }

  async #readInventory(): Promise<void> {
    const { pairs, workerId, clock, poller, log } = this.#deps;
    try {
      const [all, workers] = await Promise.all([pairs.list(), pairs.liveWorkers()]);
      const mine = all.filter((p) => isAssigned(p.pairId, workers, workerId));
      const ids = new Set(mine.map((p) => p.pairId));
      for (const id of this.#monitors.keys()) if (!ids.has(id)) this.#monitors.delete(id);
      for (const pair of mine) {
        const known = this.#monitors.get(pair.pairId);
        if (known === undefined) this.#monitors.set(pair.pairId, new PairMonitor(pair, clock.nowMs()));
        else known.update(pair);
      }
      await poller.keepOnly(new Set(mine.flatMap((p) => [p.primary.instanceId, p.standby.instanceId])));
    } catch (error) {
      log.warn({ err: error }, 'inventory not read; watching the pairs known so far');
    }
  }

  #inBackground(work: () => Promise<void>, whatFailed: string): void {
    this.#background = this.#background
      .then(work)
      .catch((error: unknown) => this.#deps.log.warn({ err: error }, whatFailed));
  }
}
