import { SAMPLE_INTERVAL_MS } from '#server/domain/freshness.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { LivePublisher } from '#server/ports/live-feed.ts';
import type { Log } from '#server/ports/log.ts';
import type { MonitorStore, NodePoller, RollupRow, WatchedPairs } from '#server/ports/monitoring.ts';
import { isAssigned } from './assigned-pairs.ts';
import { PairMonitor } from './pair-monitor.ts';
import { Rollups } from './rollup.ts';

/** A tick is published at the latest so long after it began; what comes later goes with the next one. */
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
 * Polls this worker's pairs once a second at a fixed rate and publishes each tick. Losing the
 * control database stops neither polling nor, once it is back, history: rows wait in memory.
 */
export async function watchPairs(deps: MonitorDeps, signal: AbortSignal): Promise<void> {
  const watch = new Watch(deps, signal);
  const startedAtMs = deps.clock.monotonicMs();
  for (let tick = 0; !signal.aborted; tick += 1) {
    await watch.tick(tick);
    const nextAtMs = startedAtMs + (tick + 1) * SAMPLE_INTERVAL_MS;
    await deps.clock.sleep(Math.max(0, nextAtMs - deps.clock.monotonicMs()), signal).catch(() => undefined);
  }
  await watch.stop();
}

class Watch {
  readonly #deps: MonitorDeps;
  readonly #signal: AbortSignal;
  readonly #monitors = new Map<string, PairMonitor>();
  readonly #rollups = new Rollups();
  #ready: PairSample[] = [];
  #unsaved: RollupRow[] = [];
  #background: Promise<void> = Promise.resolve();

  constructor(deps: MonitorDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  async tick(tick: number): Promise<void> {
    const { clock } = this.#deps;
    if (tick % RELOAD_EVERY_TICKS === 0) await this.#reload();
    const polls = [...this.#monitors.values()].map((monitor) => this.#poll(monitor, tick));
    const enough = new AbortController();
    await Promise.race([
      Promise.all(polls),
      clock.sleep(PUBLISH_AFTER_MS, AbortSignal.any([enough.signal, this.#signal])).catch(() => undefined),
    ]);
    enough.abort();
    await this.#publish(tick);
  }

  async stop(): Promise<void> {
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

  async #publish(tick: number): Promise<void> {
    const { clock, live, log, workerId } = this.#deps;
    const samples = this.#ready;
    this.#ready = [];
    this.#save();
    try {
      await live.publish({
        type: 'tick',
        tick: { id: `${workerId}:${tick}`, sentAtMs: clock.nowMs(), samples },
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
  async #reload(): Promise<void> {
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
